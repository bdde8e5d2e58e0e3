// Firefox by WebDriver BiDi, without a driver program between: one page, functions called in it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, until } from './wait.mjs';

/** The fake microphone's tone is `fake_frequency`. Nothing is fetched from outside, and addresses are offered as they are. */
const preferences = (toneHz) => ({
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.navigator.audio.fake_frequency': toneHz,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  'devtools.jsonview.enabled': false,
  'app.update.auto': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'media.gmp-manager.updateEnabled': false,
  'network.manage-offline-status': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
});

export async function launch(url, toneHz) {
  const profile = mkdtempSync(join(tmpdir(), 'firefox-'));
  const lines = Object.entries(preferences(toneHz)).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const browser = spawn('firefox-esr', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'], {
    env: { ...process.env, HOME: profile, MOZ_DISABLE_CONTENT_SANDBOX: '1', MOZ_DISABLE_SOCKET_PROCESS_SANDBOX: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  browser.stderr.on('data', (part) => { words = (words + part).slice(-4000); });
  const close = async () => {
    browser.kill('SIGTERM');
    setTimeout(() => browser.kill('SIGKILL'), 10_000).unref();
    await new Promise((resolve) => { if (browser.exitCode !== null || browser.signalCode !== null) resolve(); else browser.once('exit', resolve); });
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const address = await until('Firefox to listen', 60_000, () => {
      if (browser.exitCode !== null) fail(`Firefox ended: ${words}`);
      return /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(words)?.[1] ?? null;
    });
    return { ...(await open(address, url)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(address, url) {
  const socket = new WebSocket(`${address}/session`);
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = () => reject(new Error(`${address} does not answer`)); });
  const waiting = new Map();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    const done = waiting.get(message.id);
    waiting.delete(message.id);
    done?.(message);
  };
  const send = async (method, params) => {
    last += 1;
    const answer = new Promise((resolve) => { waiting.set(last, resolve); });
    socket.send(JSON.stringify({ id: last, method, params }));
    const { type, result, error, message } = await answer;
    if (type === 'error') fail(`${method}: ${error} ${message}`);
    return result;
  };
  const session = await send('session.new', { capabilities: {} });
  const { contexts } = await send('browsingContext.getTree', {});
  const [{ context }] = contexts;
  await send('browsingContext.navigate', { context, url, wait: 'complete' });
  /** Calls a function in the page; arguments and result go as JSON. */
  const call = async (what, ...words) => {
    const functionDeclaration = `async (words) => JSON.stringify((await (${what})(...JSON.parse(words))) ?? null)`;
    const value = { type: 'string', value: JSON.stringify(words) };
    const answer = await send('script.callFunction', { functionDeclaration, arguments: [value], target: { context }, awaitPromise: true });
    if (answer.type !== 'success') fail(`in the page: ${answer.exceptionDetails?.text}`);
    return JSON.parse(answer.result.value);
  };
  return { call, version: session.capabilities.browserVersion };
}
