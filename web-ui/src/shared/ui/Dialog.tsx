import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './basics'

export function Dialog({ title, about, open, onClose, side = false, children }: { title: string; about: string; open: boolean; onClose: () => void; side?: boolean; children: ReactNode }) {
  const place = side
    ? 'right-0 top-0 h-full w-full max-w-xl overflow-y-auto border-l'
    : 'left-1/2 top-1/2 max-h-[90vh] w-[min(92vw,34rem)] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg border'
  return (
    <Radix.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content className={`fixed z-50 border-line bg-card p-5 shadow-xl ${place}`}>
          <div className="mb-4 flex items-start justify-between gap-4">
            <div>
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              <Radix.Description className="text-soft">{about}</Radix.Description>
            </div>
            <Radix.Close asChild><Button aria-label="Close">✕</Button></Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
