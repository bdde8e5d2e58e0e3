// The desk's scripts, with every panel opened, against their budget: 250 kB as a gzip file. Run after the build.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 250_000;
/** Pages of their own, and what is only fetched to read or write a spreadsheet. */
const ELSEWHERE = ['AfterArea', 'DebriefPage', 'KeyMapPage', 'KeysPage', 'MeetingsArea', 'RoomsArea', 'Templates', 'xlsx'];

const folder = new URL('../dist/assets/', import.meta.url);
const scripts = readdirSync(folder).filter((name) => name.endsWith('.js') && !ELSEWHERE.some((page) => name.startsWith(`${page}-`)));
const bytes = scripts.map((name) => gzipSync(readFileSync(new URL(name, folder))).length).reduce((sum, size) => sum + size, 0);
console.log(`desk: ${scripts.length} scripts, ${(bytes / 1000).toFixed(1)} kB gzip of ${BUDGET_BYTES / 1000}`);
process.exit(scripts.length > 0 && bytes <= BUDGET_BYTES ? 0 : 1);
