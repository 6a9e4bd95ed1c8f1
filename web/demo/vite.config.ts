import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;

/** One file without further requests: the page is served at /, its folder is not. */
const inlineStyle: Plugin = {
  name: 'inline-style',
  transformIndexHtml: {
    order: 'pre',
    handler(html) {
      const css = readFileSync(resolve(here, 'style.css'), 'utf8').replace(/\/\*[^]*?\*\//g, '').replace(/\n\s*/g, '\n');
      return html.replace('<link rel="stylesheet" href="style.css" />', () => `<style>${css}</style>`);
    },
  },
};

export default defineConfig({
  root: here,
  base: './',
  plugins: [inlineStyle],
  build: { outDir: resolve(here, '../dist/demo'), emptyOutDir: true },
});
