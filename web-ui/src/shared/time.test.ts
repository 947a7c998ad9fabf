import { expect, test } from 'vitest'
import { bounds, isoDay } from './time'

test('a day is a day of the organisation, not of the browser', () => {
  const instant = new Date('2026-03-31T22:30:00Z')
  expect(isoDay(instant, 'UTC')).toBe('2026-03-31')
  expect(isoDay(instant, 'Europe/Berlin')).toBe('2026-04-01')
})

test('the month is the default of the API', () => {
  expect(bounds('month', 'UTC')).toEqual({})
})

test('seven days end with today', () => {
  const { from, to } = bounds('7d', 'UTC')
  expect((Date.parse(to!) - Date.parse(from!)) / 86_400_000).toBe(7)
})
