/** The reference of the API for people: Swagger UI over /openapi.json, with nothing from elsewhere. */
import { createHash } from 'node:crypto';

/** Where the page and its files are. */
export const DOCS = '/docs';

/** Small screens, and words that the library shows in a grey that is hard to read. */
const STYLE = 'body{margin:0}.swagger-ui .info{margin:24px 0}.swagger-ui .opblock-tag small{color:#444}';

/** What the page runs once the library is there: no host but ours is asked, the key stays in the page's memory. */
export const START = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

export const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Holdpoint: the API</title>
<link rel="icon" type="image/png" href="${DOCS}/favicon-32x32.png"><link rel="stylesheet" href="${DOCS}/swagger-ui.css"><style>${STYLE}</style></head>
<body><main id="reference"></main><noscript>This page needs JavaScript; <a href="/openapi.json">the contract itself</a> does not.</noscript>
<script src="${DOCS}/swagger-ui-bundle.js"></script><script src="${DOCS}/start.js"></script></body></html>
`;

/** Scripts, styles and calls of ourselves alone, in nobody's frame; the library's pictures are data in its style sheet. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
