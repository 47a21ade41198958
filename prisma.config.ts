import { defineConfig } from 'prisma/config';

// The datasource address is only needed by `prisma migrate`; `npm run migrate` uses the same migrations without it.
export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
