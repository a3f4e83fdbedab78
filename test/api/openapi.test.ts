import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { buildOpenApi } from '../../api/openapi.js'
import { codesOf } from '../../api/openapi-plugin.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { ALL_ROUTES } from './world.js'

type Operation = {
  readonly operationId: string
  readonly summary: string
  readonly security: readonly object[]
  readonly parameters?: readonly { readonly name: string; readonly description?: string }[]
  readonly requestBody?: { readonly content: object }
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: object }>
  >
}
type Document = {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: object; readonly securitySchemes: object }
}

const CHECKED_IN = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url))
let document: Document
beforeAll(async () => {
  document = (await buildOpenApi()) as Document
})

function operationOf(method: string, url: string): Operation | undefined {
  return document.paths[templateOf(url)]?.[method.toLowerCase()]
}

function templateOf(url: string): string {
  return url.replace('*', ':path').replace(/:([a-z]+)/g, '{$1}')
}

test('the checked-in document is what the routes make', () => {
  expect(existsSync(CHECKED_IN)).toBe(true)
  expect(readFileSync(CHECKED_IN, 'utf8')).toBe(`${JSON.stringify(document, null, 2)}\n`)
})

test('it is OpenAPI 3.1, and making it twice gives the same', async () => {
  expect(document.openapi).toBe('3.1.0')
  expect(await buildOpenApi()).toEqual(document)
})

test('every route is in it and nothing else', () => {
  const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const routes = ALL_ROUTES.map(({ method, url }) => `${method} ${templateOf(url)}`)

  expect(documented.sort()).toEqual(routes.sort())
  expect(new Set(ALL_ROUTES.map(({ operationId }) => operationId)).size).toBe(ALL_ROUTES.length)
})

test.each(ALL_ROUTES.map((route) => [`${route.method} ${route.url}`, route] as const))(
  '%s says who may call it, what it takes and every code it refuses with',
  (_name, route) => {
    const operation = operationOf(route.method, route.url)
    const parameters = { ...route.params, ...route.query }

    expect(operation?.security).toEqual(route.access === 'token' ? [{ token: [] }] : [])
    expect(operation?.summary).not.toBe('')
    expect((operation?.parameters ?? []).map(({ name }) => name).sort()).toEqual(
      Object.keys(parameters).sort(),
    )
    expect(
      (operation?.parameters ?? []).every(({ description }) => description !== undefined),
    ).toBe(true)
    expect(operation?.requestBody !== undefined).toBe(route.body !== undefined)
    for (const code of codesOf(route)) {
      const response = operation?.responses[String(ERRORS[code].http)]
      expect(response?.description).toContain(`\`${code}\``)
      expect(JSON.stringify(response?.content)).toContain(`"${code}"`)
    }
  },
)

test('every reference leads somewhere', () => {
  const text = JSON.stringify(document)
  const names = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref]) => ref ?? '')
  const known = Object.keys(document.components.schemas).map(
    (name) => `#/components/schemas/${name}`,
  )

  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !known.includes(name))).toEqual([])
})
