/** The mail server: connects, greets, encrypts and lets in as for a mail, but sends none. */
import nodemailer from 'nodemailer';
import { failure, ok, type Finding } from './finding.js';

const LIMIT_MS = 5000;

/** @param smtpUrl of the settings; its password is never shown */
export async function mailFindings(smtpUrl: string): Promise<Finding[]> {
  return [await reachFinding(smtpUrl)];
}

async function reachFinding(smtpUrl: string): Promise<Finding> {
  const { host, username } = new URL(smtpUrl);
  const timeouts = { connectionTimeout: LIMIT_MS, greetingTimeout: LIMIT_MS, socketTimeout: LIMIT_MS };
  const transport = nodemailer.createTransport({ url: smtpUrl, ...timeouts });
  try {
    await transport.verify();
    return ok('mail.reach', `the mail server at ${host} lets us in`);
  } catch (error) {
    const { code = '', message, responseCode } = error as { code?: string; message: string; responseCode?: number };
    if (code === 'EAUTH') {
      const why = responseCode === undefined ? '' : ` (${responseCode})`;
      return failure(
        'mail.reach',
        `the mail server at ${host} does not let "${username}" in${why}`,
        'mend user and password in HOLDPOINT_SMTP_URL',
      );
    }
    const advice = 'mend HOLDPOINT_SMTP_URL (smtps:// where it wants TLS at once), or start the mail server; here: npm start';
    return failure('mail.reach', `the mail server is not reached at ${host} (${code}: ${message.slice(0, 200)})`, advice);
  } finally {
    transport.close();
  }
}
