module.exports = {
  repository: {
    input: process.env.OPENAPI,
    output: {
      target: './orval/index.ts',
      client: 'axios-functions',
      mode: 'single',
      headers: true,
      override: { mutator: { path: './orval-request.ts', name: 'request', extension: '.ts' } },
    },
  },
}
