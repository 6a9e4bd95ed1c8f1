// Holds the built bundles against `sizeLimitsGzip` of package.json; a name is a file, or FOLDER/js, FOLDER/css for all
// such files of a page. Exits 1 when one is too big or missing.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const web = resolve(import.meta.dirname, '..');
const dist = join(web, 'dist');
const { sizeLimitsGzip: limits } = JSON.parse(readFileSync(join(web, 'package.json'), 'utf8'));

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

function measured(name) {
  const path = join(dist, name);
  const kind = name.slice(name.lastIndexOf('/') + 1);
  const files = ['js', 'css'].includes(kind)
    ? filesIn(join(path, '..')).filter((file) => file.endsWith(`.${kind}`))
    : [path].filter((file) => statSync(file).isFile());
  if (!files.length) throw new Error('no such file');
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
}

let failed = false;
for (const [name, limit] of Object.entries(limits)) {
  try {
    const bytes = measured(name);
    const over = bytes > limit;
    failed ||= over;
    console.log(`${over ? 'TOO BIG' : 'ok     '} ${name}: ${bytes} of ${limit} bytes (gzip)`);
  } catch (error) {
    failed = true;
    console.error(`MISSING ${name}: ${error.message}; run "npm run build" first`);
  }
}
process.exit(failed ? 1 : 0);
