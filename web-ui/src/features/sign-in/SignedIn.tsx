import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { finishSignIn } from '../../shared/session'
import { Failure, Loading } from '../../shared/ui/basics'

export function SignedIn() {
  const navigate = useNavigate()
  const [error, setError] = useState<Error | null>(null)
  const started = useRef(false)
  useEffect(() => {
    if (started.current) return
    started.current = true
    finishSignIn().then((returnTo) => navigate({ to: returnTo, replace: true }), setError)
  }, [navigate])
  return <main className="mx-auto mt-24 max-w-sm px-6">{error ? <Failure error={error} /> : <Loading />}</main>
}
