-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "inbound_event" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "sender" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "reviewRound" INTEGER NOT NULL,
    "contentHash" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "traceparent" TEXT,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "disposition" TEXT,
    "problem" TEXT,
    "detail" TEXT,
    "settledBy" TEXT,
    "settledNote" TEXT,
    "settledAt" TIMESTAMPTZ(3),
    "caseId" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "notBefore" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbound_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order" (
    "orderId" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "document" JSONB NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "order_pkey" PRIMARY KEY ("orderId")
);

-- CreateTable
CREATE TABLE "liaison" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "timeZone" TEXT NOT NULL DEFAULT 'UTC',
    "role" TEXT NOT NULL DEFAULT 'liaison',
    "supervisorId" TEXT,
    "channels" JSONB NOT NULL DEFAULT '[{"type": "email"}]',
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "liaison_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "absence" (
    "id" UUID NOT NULL,
    "liaisonId" TEXT NOT NULL,
    "fromAt" TIMESTAMPTZ(3) NOT NULL,
    "toAt" TIMESTAMPTZ(3) NOT NULL,
    "delegateId" TEXT NOT NULL,
    "note" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "absence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notice_template" (
    "stage" TEXT NOT NULL,
    "reasonType" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "texts" JSONB,
    "createdBy" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notice_template_pkey" PRIMARY KEY ("stage","reasonType","version")
);

-- CreateTable
CREATE TABLE "action_link" (
    "id" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "messageKey" TEXT NOT NULL,
    "caseId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "liaisonId" TEXT NOT NULL,
    "forLiaisonId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    "outcome" JSONB,

    CONSTRAINT "action_link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "liaison_route" (
    "id" SERIAL NOT NULL,
    "buyerId" TEXT,
    "reasonType" TEXT,
    "liaisonId" TEXT NOT NULL,

    CONSTRAINT "liaison_route_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy" (
    "kind" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "effectiveFrom" TIMESTAMPTZ(3) NOT NULL,
    "content" JSONB NOT NULL,
    "createdBy" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("kind","version")
);

-- CreateTable
CREATE TABLE "switch_change" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "buyerId" TEXT NOT NULL,
    "on" BOOLEAN NOT NULL,
    "changedBy" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "switch_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review_case" (
    "caseId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "reviewRound" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "statusReason" TEXT,
    "reasonType" TEXT NOT NULL,
    "reasonCode" TEXT,
    "reasonText" TEXT,
    "buyerId" TEXT,
    "buyerName" TEXT,
    "buyerOrderNumber" TEXT,
    "totalValue" TEXT,
    "totalCurrency" TEXT,
    "liaisonId" TEXT,
    "policyVersion" INTEGER,
    "decision" JSONB,
    "firstFailureAt" TIMESTAMPTZ(3) NOT NULL,
    "windowEndsAt" TIMESTAMPTZ(3),
    "deadlineAt" TIMESTAMPTZ(3),
    "nextAction" TEXT,
    "nextActionAt" TIMESTAMPTZ(3),
    "planned" JSONB,
    "escalation" JSONB,
    "reviewAttempts" INTEGER NOT NULL DEFAULT 0,
    "reviewRequestId" TEXT,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "ending" TEXT,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "shadow" BOOLEAN NOT NULL DEFAULT false,
    "closed" BOOLEAN NOT NULL DEFAULT false,
    "historyLength" INTEGER NOT NULL DEFAULT 0,
    "caseVersion" INTEGER NOT NULL DEFAULT 0,
    "caseAt" TIMESTAMPTZ(3) NOT NULL,
    "asOf" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "review_case_pkey" PRIMARY KEY ("caseId")
);

-- CreateTable
CREATE TABLE "counterpart" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "baseUrl" TEXT,
    "buyerIds" TEXT[],
    "auth" JSONB NOT NULL DEFAULT '{"type": "none"}',
    "timeoutMs" INTEGER NOT NULL DEFAULT 10000,
    "maxPerSecond" DOUBLE PRECISION NOT NULL DEFAULT 50,
    "maxConcurrent" INTEGER NOT NULL DEFAULT 20,
    "mapping" JSONB,
    "format" TEXT NOT NULL DEFAULT 'wire',
    "sender" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "counterpart_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "counterpart_secret" (
    "id" UUID NOT NULL,
    "counterpartId" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "counterpart_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seen_call" (
    "sender" TEXT NOT NULL,
    "signedHash" TEXT NOT NULL,
    "idHash" TEXT NOT NULL,
    "callHash" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "seen_call_pkey" PRIMARY KEY ("sender","signedHash")
);

-- CreateTable
CREATE TABLE "breaker" (
    "counterpartId" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'closed',
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failedOrders" TEXT[],
    "openings" INTEGER NOT NULL DEFAULT 0,
    "probes" INTEGER NOT NULL DEFAULT 0,
    "openedAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),
    "probeAt" TIMESTAMPTZ(3),
    "lastError" TEXT,

    CONSTRAINT "breaker_pkey" PRIMARY KEY ("counterpartId")
);

-- CreateTable
CREATE TABLE "vendor" (
    "id" TEXT NOT NULL,
    "idempotent" BOOLEAN NOT NULL,
    "queryByOurNumber" BOOLEAN NOT NULL,
    "settleMs" INTEGER NOT NULL,
    "cancellable" BOOLEAN NOT NULL,
    "statuses" JSONB NOT NULL,
    "vocabulary" JSONB NOT NULL,

    CONSTRAINT "vendor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "counterpart_slot" (
    "counterpartId" TEXT NOT NULL,
    "slot" INTEGER NOT NULL,
    "holder" TEXT,
    "heldUntil" TIMESTAMPTZ(3),

    CONSTRAINT "counterpart_slot_pkey" PRIMARY KEY ("counterpartId","slot")
);

-- CreateTable
CREATE TABLE "placement" (
    "placementId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "opening" INTEGER NOT NULL DEFAULT 1,
    "vendorId" TEXT NOT NULL,
    "campaign" TEXT,
    "status" TEXT NOT NULL,
    "statusReason" TEXT,
    "description" TEXT,
    "customerText" TEXT,
    "vendorStatus" TEXT,
    "unmapped" BOOLEAN NOT NULL DEFAULT false,
    "placementNumber" TEXT,
    "vendorOrderId" TEXT,
    "polls" INTEGER NOT NULL DEFAULT 0,
    "policyVersion" INTEGER,
    "decision" JSONB,
    "nextAction" TEXT,
    "nextActionAt" TIMESTAMPTZ(3),
    "deadlineAt" TIMESTAMPTZ(3),
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "ending" TEXT,
    "closed" BOOLEAN NOT NULL DEFAULT false,
    "refundDue" BOOLEAN NOT NULL DEFAULT false,
    "reviewCaseOpened" BOOLEAN NOT NULL DEFAULT false,
    "customer" JSONB,
    "carry" JSONB,
    "historyLength" INTEGER NOT NULL DEFAULT 0,
    "placementVersion" INTEGER NOT NULL DEFAULT 0,
    "caseAt" TIMESTAMPTZ(3) NOT NULL,
    "asOf" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "placement_pkey" PRIMARY KEY ("placementId")
);

-- CreateTable
CREATE TABLE "message" (
    "key" TEXT NOT NULL,
    "caseId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "reviewRound" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "counterpart" TEXT NOT NULL,
    "counterpartId" TEXT,
    "recipient" TEXT NOT NULL,
    "sequence" INTEGER,
    "kind" TEXT NOT NULL,
    "provisional" BOOLEAN NOT NULL DEFAULT false,
    "supersedes" TEXT,
    "body" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'sending',
    "resends" INTEGER NOT NULL DEFAULT 0,
    "resentBy" TEXT,
    "result" JSONB,
    "detail" TEXT,
    "caseAt" TIMESTAMPTZ(3) NOT NULL,
    "wallAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "message_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "attempt" (
    "id" BIGSERIAL NOT NULL,
    "messageKey" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "httpStatus" INTEGER,
    "error" TEXT,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" TEXT[],
    "allBuyers" BOOLEAN NOT NULL,
    "buyers" TEXT[],
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key_secret" (
    "id" TEXT NOT NULL,
    "keyId" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key_change" (
    "id" SERIAL NOT NULL,
    "keyId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "changedBy" TEXT NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "data" JSONB NOT NULL,

    CONSTRAINT "api_key_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setting_change" (
    "id" BIGSERIAL NOT NULL,
    "what" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "changedBy" TEXT NOT NULL,
    "why" TEXT,
    "changes" JSONB NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "setting_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console_session" (
    "id" TEXT NOT NULL,
    "sub" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "accessToken" TEXT NOT NULL,
    "refreshToken" TEXT,
    "tokenExpiresAt" TIMESTAMPTZ(3) NOT NULL,
    "refreshAt" TIMESTAMPTZ(3) NOT NULL,
    "claimId" UUID,
    "claimedUntil" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "console_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stored_answer" (
    "sender" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "requestHash" TEXT NOT NULL,
    "answer" TEXT,
    "claimId" UUID NOT NULL,
    "claimedUntil" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stored_answer_pkey" PRIMARY KEY ("sender","operation","key")
);

-- CreateTable
CREATE TABLE "event" (
    "id" BIGSERIAL NOT NULL,
    "caseId" TEXT NOT NULL,
    "number" INTEGER,
    "orderId" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "caseAt" TIMESTAMPTZ(3) NOT NULL,
    "wallAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "before" TEXT,
    "after" TEXT,
    "data" JSONB NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feed_event" (
    "seq" BIGSERIAL NOT NULL,
    "id" UUID NOT NULL,
    "position" BIGINT,
    "type" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "orderId" TEXT,
    "buyerId" TEXT,
    "caseId" TEXT,
    "placementId" TEXT,
    "number" INTEGER,
    "withdrawn" BOOLEAN NOT NULL DEFAULT false,
    "data" JSONB NOT NULL,

    CONSTRAINT "feed_event_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "subscription" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "types" TEXT[],
    "allBuyers" BOOLEAN NOT NULL,
    "buyers" TEXT[],
    "status" TEXT NOT NULL DEFAULT 'active',
    "disabledReason" TEXT,
    "disabledAt" TIMESTAMPTZ(3),
    "place" BIGINT NOT NULL DEFAULT 0,
    "working" BOOLEAN NOT NULL DEFAULT false,
    "nudgedAt" TIMESTAMPTZ(3),
    "failingSince" TIMESTAMPTZ(3),
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscription_secret" (
    "id" UUID NOT NULL,
    "subscriptionId" UUID NOT NULL,
    "sealed" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "subscription_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscription_delivery" (
    "subscriptionId" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "deliveredAt" TIMESTAMPTZ(3),

    CONSTRAINT "subscription_delivery_pkey" PRIMARY KEY ("subscriptionId","eventId")
);

-- CreateTable
CREATE TABLE "subscription_attempt" (
    "id" BIGSERIAL NOT NULL,
    "subscriptionId" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "httpStatus" INTEGER,
    "error" TEXT,

    CONSTRAINT "subscription_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "inbound_event_seq_key" ON "inbound_event"("seq");

-- CreateIndex
CREATE INDEX "inbound_event_state_orderId_seq_idx" ON "inbound_event"("state", "orderId", "seq");

-- CreateIndex
CREATE INDEX "inbound_event_state_seq_idx" ON "inbound_event"("state", "seq");

-- CreateIndex
CREATE INDEX "inbound_event_orderId_seq_idx" ON "inbound_event"("orderId", "seq");

-- CreateIndex
CREATE INDEX "inbound_event_caseId_idx" ON "inbound_event"("caseId");

-- CreateIndex
CREATE INDEX "inbound_event_problem_idx" ON "inbound_event"("problem");

-- CreateIndex
CREATE UNIQUE INDEX "inbound_event_sender_eventId_key" ON "inbound_event"("sender", "eventId");

-- CreateIndex
CREATE INDEX "absence_liaisonId_toAt_idx" ON "absence"("liaisonId", "toAt");

-- CreateIndex
CREATE UNIQUE INDEX "action_link_tokenHash_key" ON "action_link"("tokenHash");

-- CreateIndex
CREATE INDEX "action_link_caseId_idx" ON "action_link"("caseId");

-- CreateIndex
CREATE INDEX "action_link_messageKey_idx" ON "action_link"("messageKey");

-- CreateIndex
CREATE INDEX "switch_change_name_buyerId_id_idx" ON "switch_change"("name", "buyerId", "id");

-- CreateIndex
CREATE INDEX "review_case_status_openedAt_idx" ON "review_case"("status", "openedAt");

-- CreateIndex
CREATE INDEX "review_case_openedAt_caseId_idx" ON "review_case"("openedAt", "caseId");

-- CreateIndex
CREATE INDEX "review_case_deadlineAt_caseId_idx" ON "review_case"("deadlineAt", "caseId");

-- CreateIndex
CREATE INDEX "review_case_nextActionAt_caseId_idx" ON "review_case"("nextActionAt", "caseId");

-- CreateIndex
CREATE INDEX "review_case_firstFailureAt_caseId_idx" ON "review_case"("firstFailureAt", "caseId");

-- CreateIndex
CREATE INDEX "review_case_endedAt_idx" ON "review_case"("endedAt");

-- CreateIndex
CREATE INDEX "review_case_buyerId_idx" ON "review_case"("buyerId");

-- CreateIndex
CREATE INDEX "review_case_liaisonId_idx" ON "review_case"("liaisonId");

-- CreateIndex
CREATE UNIQUE INDEX "review_case_orderId_reviewRound_caseId_key" ON "review_case"("orderId", "reviewRound", "caseId");

-- CreateIndex
CREATE INDEX "counterpart_kind_idx" ON "counterpart"("kind");

-- CreateIndex
CREATE INDEX "counterpart_sender_idx" ON "counterpart"("sender");

-- CreateIndex
CREATE INDEX "counterpart_secret_counterpartId_purpose_idx" ON "counterpart_secret"("counterpartId", "purpose");

-- CreateIndex
CREATE INDEX "seen_call_sender_idHash_idx" ON "seen_call"("sender", "idHash");

-- CreateIndex
CREATE INDEX "seen_call_seenAt_idx" ON "seen_call"("seenAt");

-- CreateIndex
CREATE INDEX "placement_status_openedAt_idx" ON "placement"("status", "openedAt");

-- CreateIndex
CREATE INDEX "placement_openedAt_placementId_idx" ON "placement"("openedAt", "placementId");

-- CreateIndex
CREATE INDEX "placement_deadlineAt_placementId_idx" ON "placement"("deadlineAt", "placementId");

-- CreateIndex
CREATE INDEX "placement_nextActionAt_placementId_idx" ON "placement"("nextActionAt", "placementId");

-- CreateIndex
CREATE INDEX "placement_endedAt_idx" ON "placement"("endedAt");

-- CreateIndex
CREATE INDEX "placement_vendorId_status_idx" ON "placement"("vendorId", "status");

-- CreateIndex
CREATE INDEX "placement_unmapped_idx" ON "placement"("unmapped");

-- CreateIndex
CREATE UNIQUE INDEX "placement_orderId_opening_key" ON "placement"("orderId", "opening");

-- CreateIndex
CREATE INDEX "message_orderId_counterpart_reviewRound_sequence_idx" ON "message"("orderId", "counterpart", "reviewRound", "sequence");

-- CreateIndex
CREATE INDEX "message_state_idx" ON "message"("state");

-- CreateIndex
CREATE UNIQUE INDEX "message_caseId_stage_recipient_key" ON "message"("caseId", "stage", "recipient");

-- CreateIndex
CREATE UNIQUE INDEX "attempt_messageKey_number_key" ON "attempt"("messageKey", "number");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_name_key" ON "api_key"("name");

-- CreateIndex
CREATE INDEX "api_key_secret_keyId_idx" ON "api_key_secret"("keyId");

-- CreateIndex
CREATE INDEX "api_key_change_keyId_idx" ON "api_key_change"("keyId");

-- CreateIndex
CREATE INDEX "setting_change_changedAt_idx" ON "setting_change"("changedAt");

-- CreateIndex
CREATE INDEX "console_session_expiresAt_idx" ON "console_session"("expiresAt");

-- CreateIndex
CREATE INDEX "stored_answer_claimId_idx" ON "stored_answer"("claimId");

-- CreateIndex
CREATE INDEX "stored_answer_createdAt_idx" ON "stored_answer"("createdAt");

-- CreateIndex
CREATE INDEX "event_orderId_id_idx" ON "event"("orderId", "id");

-- CreateIndex
CREATE INDEX "event_wallAt_idx" ON "event" USING BRIN ("wallAt");

-- CreateIndex
CREATE UNIQUE INDEX "event_caseId_number_key" ON "event"("caseId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "feed_event_id_key" ON "feed_event"("id");

-- CreateIndex
CREATE UNIQUE INDEX "feed_event_position_key" ON "feed_event"("position");

-- CreateIndex
CREATE INDEX "feed_event_orderId_position_idx" ON "feed_event"("orderId", "position");

-- CreateIndex
CREATE INDEX "feed_event_caseId_number_idx" ON "feed_event"("caseId", "number");

-- CreateIndex
CREATE INDEX "feed_event_placementId_number_idx" ON "feed_event"("placementId", "number");

-- CreateIndex
CREATE INDEX "feed_event_type_position_idx" ON "feed_event"("type", "position");

-- CreateIndex
CREATE INDEX "feed_event_recordedAt_idx" ON "feed_event"("recordedAt");

-- CreateIndex
CREATE INDEX "subscription_secret_subscriptionId_idx" ON "subscription_secret"("subscriptionId");

-- CreateIndex
CREATE INDEX "subscription_delivery_subscriptionId_position_idx" ON "subscription_delivery"("subscriptionId", "position");

-- CreateIndex
CREATE INDEX "subscription_delivery_subscriptionId_state_idx" ON "subscription_delivery"("subscriptionId", "state");

-- CreateIndex
CREATE INDEX "subscription_attempt_subscriptionId_eventId_idx" ON "subscription_attempt"("subscriptionId", "eventId");

-- AddForeignKey
ALTER TABLE "counterpart_secret" ADD CONSTRAINT "counterpart_secret_counterpartId_fkey" FOREIGN KEY ("counterpartId") REFERENCES "counterpart"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vendor" ADD CONSTRAINT "vendor_id_fkey" FOREIGN KEY ("id") REFERENCES "counterpart"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_messageKey_fkey" FOREIGN KEY ("messageKey") REFERENCES "message"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key_secret" ADD CONSTRAINT "api_key_secret_keyId_fkey" FOREIGN KEY ("keyId") REFERENCES "api_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key_change" ADD CONSTRAINT "api_key_change_keyId_fkey" FOREIGN KEY ("keyId") REFERENCES "api_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription_secret" ADD CONSTRAINT "subscription_secret_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription_delivery" ADD CONSTRAINT "subscription_delivery_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription_attempt" ADD CONSTRAINT "subscription_attempt_subscriptionId_eventId_fkey" FOREIGN KEY ("subscriptionId", "eventId") REFERENCES "subscription_delivery"("subscriptionId", "eventId") ON DELETE CASCADE ON UPDATE CASCADE;
