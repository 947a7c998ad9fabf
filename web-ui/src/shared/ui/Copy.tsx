import { useState } from 'react'
import { Button } from './basics'

export function Copy({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState(false)
  return (
    <Button
      aria-label={`Copy ${label}`}
      onClick={async () => {
        await navigator.clipboard.writeText(text)
        setDone(true)
      }}
    >
      <span aria-live="polite">{done ? 'Copied' : 'Copy'}</span>
    </Button>
  )
}
