import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  build: {
    outDir: resolve(here, '../dist/sdk'),
    emptyOutDir: true,
    target: ['es2020', 'chrome80', 'safari14'],
    lib: {
      entry: resolve(here, 'main.ts'),
      formats: ['iife'],
      name: 'TingxinLoader',
      fileName: () => 'tingxin.js',
    },
  },
});
