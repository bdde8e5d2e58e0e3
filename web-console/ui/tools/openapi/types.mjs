// Types of the words spoken with the MCU and the rooms, from their OpenAPI documents. `--check` only says whether the committed files are current.
import { readFileSync, writeFileSync } from 'node:fs';

import openapiTS, { astToString } from 'openapi-typescript';

const here = (path) => new URL(path, import.meta.url);
const DOCUMENTS = [
  [here('../../../../mcu/api/openapi.json'), here('../../src/api/mcu.gen.ts')],
  [here('../../../server/openapi.json'), here('../../src/api/console.gen.ts')],
];

let isCurrent = true;
for (const [from, to] of DOCUMENTS) {
  // Only the schemas are used; calls are written by hand.
  const document = { ...JSON.parse(readFileSync(from, 'utf8')), paths: {} };
  const text = `// Made by tools/openapi from the OpenAPI document; do not edit.\n\n${astToString(await openapiTS(document))}`;
  if (process.argv.includes('--check')) {
    if (readFileSync(to, 'utf8') !== text) {
      isCurrent = false;
      console.error(`${to.pathname} is not current; run npm run types`);
    }
  } else writeFileSync(to, text);
}
process.exit(isCurrent ? 0 : 1);
