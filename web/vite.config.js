import react from '@vitejs/plugin-react'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import { defineConfig } from 'vite'

/** Messages are compiled when the application is built: browsers get no parser of ICU messages. */
const messages = () => ({
  name: 'messages',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/messages\/(?:desk\/)?\w+\.json$/.test(id.split('?')[0])) return undefined
    const compiled = Object.fromEntries(
      Object.entries(JSON.parse(code)).map(([key, text]) => [key, compileMessage(text)]),
    )
    return { code: `export default ${JSON.stringify(compiled)}`, map: null, moduleType: 'js' }
  },
})

/** Libraries that every page needs, in one file: a browser that asks for twenty small ones waits for most of them. */
const everyPage = {
  name: 'house',
  test: /node_modules[\\/](?:react|react-dom|scheduler|@lingui|@tanstack[\\/](?:react-)?(?:router|query|store|history|router-core|query-core)|use-sync-external-store|openapi-fetch)[\\/]/,
}

/** The application's own parts that reading and desk share, in one file as well, for the same reason: each file that a page names costs it its share of the start. */
const everyRoom = {
  name: 'room',
  test: /(?:src[\\/](?:app[\\/].+|shared[\\/](?!components[\\/](?:suggest|search)-field|.+(?<!module)\.css$).+)|node_modules[\\/]@tanstack[\\/](?:react-)?virtual(?:-core)?[\\/].+)$/,
}

/** What most pages of the desk need, in two files for the same reason: its own small parts, and the icons. */
const everyDesk = {
  name: 'desk-parts',
  test: /src[\\/]desk[\\/](?:parts[\\/](?!drop|scan-input|dragged)|shell|session|[^\\/]+[\\/](?:queries|topics|tabs|words|names)\.tsx?$|(?:queries|texts)\.ts)/,
}
const icons = { name: 'icons', test: /node_modules[\\/]lucide-react[\\/]/ }

const service = process.env.FIREFOLIO ?? 'http://127.0.0.1:8080'
const ofService = ['/api', '/iiif', '/download', '/titlepage', '/mets', '/static', '/openapi.json', '/rss', '/oai']

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [messages(), react()],
  base: './',
  // other programs of this repository bring another React
  resolve: { dedupe: ['react', 'react-dom'] },
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  json: { stringify: false },
  ssr: { noExternal: true },
  define: isSsrBuild ? { 'process.env.NODE_ENV': '"production"' } : {},
  server: { proxy: Object.fromEntries(ofService.map(path => [path, service])) },
  build: isSsrBuild
    ? { outDir: 'dist/server', emptyOutDir: true, target: 'node20', rollupOptions: { input: 'src/entry-server.tsx' } }
    : {
        outDir: 'dist/client',
        assetsDir: '',
        emptyOutDir: true,
        manifest: true,
        target: 'es2022',
        reportCompressedSize: false,
        assetsInlineLimit: 0,
        rollupOptions: { input: 'src/entry-client.tsx', output: { codeSplitting: { includeDependenciesRecursively: false, groups: [everyPage, everyRoom, icons, everyDesk] } } },
      },
}))
