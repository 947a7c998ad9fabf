import { expect, test } from 'vitest'
import { exactMoney, money, share, sum, units } from './money'

test('two decimals above one unit and four below', () => {
  expect(money('1234.5', 'USD')).toBe('$1,234.50')
  expect(money('0.123456', 'USD')).toBe('$0.1235')
})

test('a tiny amount is not rounded to zero', () => {
  expect(money('0.000009', 'USD')).toBe('$0.000009')
})

test('digits beyond a floating point number survive', () => {
  expect(exactMoney('90071992547409931.000000000001', 'USD')).toBe('$90,071,992,547,409,931.000000000001')
})

test('unknown is not zero', () => {
  expect(money(null, 'USD')).toBe('not known yet')
})

test('sums are exact where floating point is not', () => {
  expect(sum('0.1', '0.2')).toBe('0.3')
  expect(sum('90071992547409931.000000000001', '0.000000000001')).toBe('90071992547409931.000000000002')
  expect(sum('1.25', '-1.25')).toBe('0')
  expect(sum('0.25', '-1.5')).toBe('-1.25')
  expect(sum()).toBe('0')
})

test('shares are exact enough to draw', () => {
  expect(units('0.000000000001')).toBe(1n)
  expect(share('1', '4')).toBe(0.25)
  expect(share('1', '0')).toBe(0)
})
