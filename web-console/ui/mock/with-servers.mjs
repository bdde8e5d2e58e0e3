// Starts the mock console and the pages on ports of their own, runs the named scripts of this folder one after the other, and ends what it started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

const START_MS = 30_000;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const answers = (url) =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function ready(url) {
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    if (await answers(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}

const [mockPort, pagesPort] = [await freePort(), await freePort()];
const mock = `http://127.0.0.1:${mockPort}`;
const pages = `http://127.0.0.1:${pagesPort}`;
const env = { ...process.env, MOCK_PORT: String(mockPort), MOCK_BASE: mock, SHOT_BASE: pages, CONSOLE_BACKEND: mock };
const servers = [
  spawn(process.execPath, ['mock/server.mjs'], { env, stdio: ['ignore', 'ignore', 'inherit'] }),
  spawn(process.execPath, ['node_modules/vite/bin/vite.js', '--port', String(pagesPort), '--strictPort', '--host', '127.0.0.1'], { env, stdio: ['ignore', 'ignore', 'inherit'] }),
];
try {
  await Promise.all([ready(`${mock}/api/me`), ready(pages)]);
  for (const script of process.argv.slice(2)) {
    console.log(`== ${script}`);
    const [code] = await once(spawn(process.execPath, [`mock/${script}.mjs`], { env, stdio: 'inherit' }), 'exit');
    if (code !== 0) {
      process.exitCode = 1;
      break;
    }
  }
} finally {
  for (const server of servers) server.kill();
}
