// Features down, clients across, as a Markdown table.
export function table(results, clients, versions) {
  const features = [...new Set(results.filter(({ client }) => client !== 'all').map(({ feature }) => feature))]
  const cell = (client, feature) => {
    const result = results.find(each => each.client === client && each.feature === feature)
    if (result === undefined) return ''
    return result.problems.length > 0 ? 'FAIL' : result.attempts > 1 ? `${result.attempts} attempts` : 'pass'
  }
  const rows = [
    ['feature', ...clients.map(client => `${client} ${versions[client] ?? ''}`.trim())],
    null,
    ...features.map(feature => [feature, ...clients.map(client => cell(client, feature))]),
  ]
  const widths = rows[0].map((_, column) => Math.max(...rows.filter(Boolean).map(row => row[column].length)))
  return rows
    .map(row => `| ${widths.map((width, column) => (row ? row[column].padEnd(width) : '-'.repeat(width))).join(' | ')} |`)
    .join('\n')
}
