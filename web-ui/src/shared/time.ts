/** Times are shown in the organisation's zone, and say so. */
export const moment = (iso: string, timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(new Date(iso))

export const day = (iso: string, timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone }).format(new Date(iso))

/** The calendar day of an instant, as the API takes it. */
export const isoDay = (date: Date, timeZone: string) => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(date)

export type Period = 'month' | '30d' | '60d' | '7d'

export const PERIODS: Record<Period, string> = {
  month: 'This month',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '60d': 'Last 60 days',
}

/** The bounds that the API takes; the end is the day after the last one. Nothing for the current month, its default. */
export function bounds(period: Period, timeZone: string): { from?: string; to?: string } {
  if (period === 'month') return {}
  const days = Number.parseInt(period)
  const now = Date.now()
  const DAY = 86_400_000
  return { from: isoDay(new Date(now - (days - 1) * DAY), timeZone), to: isoDay(new Date(now + DAY), timeZone) }
}
