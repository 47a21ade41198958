import * as z from 'zod';
import { ConfigError, type Environment } from '../config-error.js';
import { webhookKey } from './signature.js';

/** All that a sandbox needs to know; ports of 0 mean any free one. */
export interface SandboxOptions {
  /** The address to listen on; default 127.0.0.1. */
  host?: string;
  ports?: Partial<SandboxPorts>;
  /** Where arrivals and journal are kept; made when missing. */
  dataDir: string;
  /** Base address of Holdpoint's API, where notices go; over what an earlier run was told. */
  holdpointUrl?: string | undefined;
  /** Bearer key of the review server's, the liaison server's and the vendors' calls to Holdpoint. */
  reviewKey?: string | undefined;
  liaisonKey?: string | undefined;
  vendorKey?: string | undefined;
  /** `whsec_…`; with it, arrivals say whether their signature is valid, and what is sent to Holdpoint is signed. */
  webhookSecret?: string | undefined;
  /** `SEC…`; with it, the sandbox's DingTalk is a robot that takes signed calls only. */
  dingtalkSecret?: string | undefined;
  /** Told of failures of the sandbox itself; default: standard error. */
  onError?: (error: unknown) => void;
}

export interface SandboxPorts {
  control: number;
  buyer: number;
  review: number;
  liaison: number;
  smtp: number;
  /** Every vendor, each below a path of its own: `/<vendorId>`. */
  vendor: number;
  customer: number;
}

export const httpUrlSchema = z.url({ protocol: /^https?$/, error: 'an http or https address' }).max(2000);

const PORT = 'a port, 0 to 65535 (0 = any free one)';
const KEY = '1 to 500 visible ASCII characters';

const port = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, PORT)
    .transform(Number)
    .refine((n) => n <= 65_535, PORT)
    .default(fallback);

const key = z
  .string()
  .regex(/^[\x21-\x7e]{1,500}$/, KEY)
  .optional();

/** What a variable's schema says when it is broken is what would be right. */
const envSchema = z.object({
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  SANDBOX_CONTROL_PORT: port(9100),
  SANDBOX_BUYER_PORT: port(9101),
  SANDBOX_REVIEW_PORT: port(9102),
  SANDBOX_LIAISON_PORT: port(9103),
  SANDBOX_SMTP_PORT: port(9125),
  SANDBOX_VENDOR_PORT: port(9104),
  SANDBOX_CUSTOMER_PORT: port(9105),
  SANDBOX_DATA_DIR: z.string().default('.holdpoint/sandbox'),
  SANDBOX_HOLDPOINT_URL: httpUrlSchema.optional(),
  SANDBOX_REVIEW_KEY: key,
  SANDBOX_LIAISON_KEY: key,
  SANDBOX_VENDOR_KEY: key,
  SANDBOX_WEBHOOK_SECRET: z
    .string()
    .refine((secret) => webhookKey(secret) !== null, 'whsec_ and the base64 of 24 to 64 bytes')
    .optional(),
  SANDBOX_DINGTALK_SECRET: key,
});

/** Reads the sandbox's settings; an empty variable counts as not set. @throws ConfigError with every mistake */
export function loadSandboxOptions(env: Environment): SandboxOptions {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = envSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => ({ variable: path.join('.'), problem: 'is not valid', expected: message })),
    );
  }
  const values = parsed.data;
  return {
    host: values.SANDBOX_HOST,
    ports: {
      control: values.SANDBOX_CONTROL_PORT,
      buyer: values.SANDBOX_BUYER_PORT,
      review: values.SANDBOX_REVIEW_PORT,
      liaison: values.SANDBOX_LIAISON_PORT,
      smtp: values.SANDBOX_SMTP_PORT,
      vendor: values.SANDBOX_VENDOR_PORT,
      customer: values.SANDBOX_CUSTOMER_PORT,
    },
    dataDir: values.SANDBOX_DATA_DIR,
    holdpointUrl: values.SANDBOX_HOLDPOINT_URL,
    reviewKey: values.SANDBOX_REVIEW_KEY,
    liaisonKey: values.SANDBOX_LIAISON_KEY,
    vendorKey: values.SANDBOX_VENDOR_KEY,
    webhookSecret: values.SANDBOX_WEBHOOK_SECRET,
    dingtalkSecret: values.SANDBOX_DINGTALK_SECRET,
  };
}
