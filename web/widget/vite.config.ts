import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;
const dist = resolve(here, '../dist');

/** The output folder is shared with the other pages: only ours is emptied. */
const emptyOwnFolders: Plugin = {
  name: 'empty-own-folders',
  apply: 'build',
  buildStart() {
    for (const name of ['chat', 'h5']) rmSync(resolve(dist, name), { recursive: true, force: true });
  },
};

export default defineConfig({
  root: here,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [emptyOwnFolders],
  build: {
    outDir: dist,
    emptyOutDir: false,
    target: ['es2020', 'chrome80', 'safari14'],
    assetsDir: 'chat/assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    rollupOptions: { input: { chat: resolve(here, 'chat/index.html'), h5: resolve(here, 'h5/index.html') } },
  },
});
