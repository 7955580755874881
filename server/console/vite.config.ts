import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => {
  const server = loadEnv(mode, ".", "VRET_").VRET_SERVER ?? "http://127.0.0.1:8000";
  const proxy = { "/api": server, "/ws": { target: server, ws: true } };
  return {
    build: {
      outDir: "../vret_server/console",
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: "es2023",
    },
    server: { proxy },
    preview: { proxy },
  };
});
