import { Link } from '@tanstack/react-router'
import type { Schemas } from '../../shared/api/client'
import { Copy } from '../../shared/ui/Copy'
import { Dialog } from '../../shared/ui/Dialog'

export function SecretDialog({ of, onClose }: { of: Schemas['KeyView'] | null; onClose: () => void }) {
  const secret = of?.secret ?? ''
  return (
    <Dialog title={`The secret of ${of?.name ?? ''}`} about="Copy it now: it is not shown again, because only its hash is kept." open={of !== null} onClose={onClose}>
      <div className="flex items-center gap-2">
        <code data-testid="secret" className="min-w-0 flex-1 overflow-x-auto rounded-md bg-page p-2">{secret}</code>
        <Copy text={secret} label="the secret" />
      </div>
      <p className="mt-4"><Link to="/get-started" className="underline" onClick={() => sessionStorage.setItem('key', secret)}>Make the first call with it</Link></p>
    </Dialog>
  )
}
