export type Theme = 'light' | 'dark'

const KEY = 'theme'

export const preferred = (): Theme =>
  (localStorage.getItem(KEY) as Theme | null) ??
  (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')

export function apply(theme: Theme) {
  document.documentElement.dataset.theme = theme
}

export function choose(theme: Theme) {
  localStorage.setItem(KEY, theme)
  apply(theme)
}
