import type { Problem } from './mcu';

/** A request took longer than this: the console's own limit towards the MCU is 5 s. */
const TIMEOUT_MS = 7000;
/** A document took longer: others' come first, up to 15 s, then this one is made. */
const DOCUMENT_TIMEOUT_MS = 60_000;

/** A refusal or failure with its problem document. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

const UNREACHABLE: Problem = {
  code: 'console.unreachable',
  status: 0,
  detail: 'the console does not answer; check the network',
  detail_zh: '控制台无应答,请检查网络',
};

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value && 'detail_zh' in value;

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  return isProblem(body) ? body : { ...UNREACHABLE, status: response.status };
}

async function call(method: string, path: string, body?: unknown, timeoutMs = TIMEOUT_MS): Promise<Response> {
  const json = body === undefined ? undefined : JSON.stringify(body);
  return send(method, path, json, 'application/json', timeoutMs);
}

async function send(method: string, path: string, body: string | undefined, contentType: string, timeoutMs: number): Promise<Response> {
  const headers: Record<string, string> = { 'x-console-request': '1' };
  if (body !== undefined) headers['content-type'] = contentType;
  let response: Response;
  try {
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(timeoutMs) };
    if (body !== undefined) init.body = body;
    response = await fetch(path, init);
  } catch {
    throw new ApiError(UNREACHABLE);
  }
  if (!response.ok) throw new ApiError(await problemOf(response));
  return response;
}

export async function getJson<T>(path: string): Promise<T> {
  return (await call('GET', path)).json();
}

/** A document as a file. */
export async function download(path: string): Promise<Blob> {
  return (await call('GET', path, undefined, DOCUMENT_TIMEOUT_MS)).blob();
}

/** An offer and its answer (SDP), with the URL of the session that was made. */
export async function postOffer(path: string, offer: string): Promise<{ sdp: string; location: string }> {
  const response = await send('POST', path, offer, 'application/sdp', TIMEOUT_MS);
  return { sdp: await response.text(), location: response.headers.get('location') ?? '' };
}

export async function postJson<T>(path: string, body: unknown): Promise<T> {
  return (await call('POST', path, body)).json();
}

export async function post(path: string, body: unknown): Promise<void> {
  await call('POST', path, body);
}

export async function putJson<T>(path: string, body: unknown): Promise<T> {
  return (await call('PUT', path, body)).json();
}

/** Deletes; what the server says of it, where it says something. */
export async function deleteAt<T>(path: string): Promise<T | null> {
  const response = await call('DELETE', path);
  return response.status === 204 ? null : response.json();
}

/** The problem of anything thrown by a call. */
export const problemFrom = (error: unknown): Problem => (error instanceof ApiError ? error.problem : UNREACHABLE);

export async function remove(path: string): Promise<void> {
  await call('DELETE', path);
}
