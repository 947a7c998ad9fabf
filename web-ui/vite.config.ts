import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const backend = process.env.AUDITOR_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { chunkSizeWarningLimit: 900 },
  server: { proxy: { '/api': backend, '/oauth2': backend, '/v1': backend, '/sign-out': backend } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'] },
})
