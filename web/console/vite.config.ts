import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const gateway = `http://127.0.0.1:${process.env["TINGXIN_GATEWAY_PORT"] ?? "8710"}`;

export default defineConfig({
  root: here,
  base: '/console/',
  server: { proxy: { '/api': { target: gateway, ws: true } } },
  build: {
    outDir: fileURLToPath(new URL('../dist/console/', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The page's CSP names no `data:` source for scripts or styles, so that nothing is inlined.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      // antd marks its modules for server rendering, which this page does not do.
      checks: { moduleLevelDirective: false },
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: 'antd', test: /node_modules[\\/](antd|@ant-design|@rc-component|@emotion|dayjs|stylis)[\\/]/ },
          ],
        },
      },
    },
  },
});
