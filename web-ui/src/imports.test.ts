import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const files = (readdirSync('src', { recursive: true }) as string[]).filter((name) => /\.tsx?$/.test(name))

const imports = (file: string) =>
  [...readFileSync(join('src', file), 'utf8').matchAll(/from '(\.[^']+)'/g)].map((match) => join(file, '..', match[1]!))

test('features know shared, and never each other', () => {
  const sins = files
    .filter((file) => file.startsWith('features/'))
    .flatMap((file) =>
      imports(file)
        .filter((target) => target.startsWith('features/') && target.split('/')[1] !== file.split('/')[1])
        .map((target) => `${file} imports ${target}`),
    )
  expect(sins).toEqual([])
})

test('shared knows no feature and no route', () => {
  const sins = files
    .filter((file) => file.startsWith('shared/'))
    .flatMap((file) => imports(file).filter((target) => !target.startsWith('shared/')).map((target) => `${file} imports ${target}`))
  expect(sins).toEqual([])
})
