// Shows the file beside this page. Asks nobody else, and keeps no credential.
Scalar.createApiReference('#app', {
  url: 'openapi.yaml',
  withDefaultFonts: false,
  telemetry: false,
  persistAuth: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
});
