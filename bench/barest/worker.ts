/** The barest worker, a program of its own: the SDK's own settings throughout. Writes `ready` once it runs, ends on SIGTERM. */
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import nodemailer from 'nodemailer';
import { createBarestActivities } from './activities.js';

const given = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

Runtime.install({ logger: new DefaultLogger('WARN') });
const mail = nodemailer.createTransport({ url: given('SMTP_URL'), pool: true });
const connection = await NativeConnection.connect({ address: given('TEMPORAL_ADDRESS') });
const worker = await Worker.create({
  connection,
  taskQueue: given('TASK_QUEUE'),
  workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
  activities: createBarestActivities({ buyerServerUrl: given('BUYER_SERVER_URL'), reviewServerUrl: given('REVIEW_SERVER_URL'), mail }),
});
const running = worker.run();
console.log('ready');
await running;
await connection.close();
mail.close();
