import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const backend = process.env['CONSOLE_BACKEND'] ?? 'http://127.0.0.1:5174';

// oxlint-disable-next-line no-default-export -- Vite reads the default export.
export default defineConfig({
  plugins: [react()],
  // Desktops in use run Chromium 100 to 110 (console.md §3.4).
  build: { target: 'chrome100', cssTarget: 'chrome100', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': { target: backend, ws: true } } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts', 'src/**/*.test.tsx'] },
});
