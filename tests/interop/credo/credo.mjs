// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Credo's ledger module, unmodified, on a pool of ours: a DID, a schema, a definition and a revocation registry are written,
// read back and resolved; requests that the ledger must refuse are refused with its reason.
//
// Usage: node credo.mjs GENESIS ENDORSER_SEED AGREEMENT_VERSION FOLDER
import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

// First: Credo's modules take the bindings that these have registered.
import { anoncreds } from '@hyperledger/anoncreds-nodejs'
import { indyVdr } from '@hyperledger/indy-vdr-nodejs'
import { askar } from '@openwallet-foundation/askar-nodejs'

import { AnonCredsModule } from '@credo-ts/anoncreds'
import { AskarModule } from '@credo-ts/askar'
import { Agent, DidsModule, TypedArrayEncoder } from '@credo-ts/core'
import {
  IndyVdrAnonCredsRegistry,
  IndyVdrIndyDidRegistrar,
  IndyVdrIndyDidResolver,
  IndyVdrModule,
  IndyVdrPoolService,
  IndyVdrSovDidResolver,
} from '@credo-ts/indy-vdr'

const [genesisFile, endorserSeed, agreementVersion, folder] = process.argv.slice(2)
const namespace = 'stadtbuch:test'
const client = 'Credo 0.6 (indy-vdr, askar, anoncreds)'
const registryEntries = 20

/** One line for results.py, as outcomes.py writes it. */
function note(kind, result) {
  const kept = process.env.STADTBUCH_OUTCOMES
  if (kept) appendFileSync(kept, `${JSON.stringify({ client, kind, result })}\n`)
}

/** What JSON has of it, without its classes. */
function plain(value) {
  return JSON.parse(JSON.stringify(value ?? null))
}

/**
 * A write is answered when f+1 validators have it, and a read may ask another one: `check` is tried until it holds.
 * Answers what it gives; its last error is thrown after half a minute.
 */
async function eventually(check) {
  const end = Date.now() + 30_000
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** credo.py compares the whole reason with the reference's. */
function refused(kind, reason) {
  appendFileSync(path.join(folder, 'reasons.jsonl'), `${JSON.stringify({ client, kind, reason })}\n`)
}

class Files {
  dataPath = path.join(folder, 'data')
  cachePath = path.join(folder, 'cache')
  tempPath = path.join(folder, 'temp')
  exists = async (name) => existsSync(name)
  createDirectory = async (name) => mkdirSync(path.dirname(name), { recursive: true })
  copyFile = async (from, to) => copyFileSync(from, to)
  write = async (name, data) => {
    mkdirSync(path.dirname(name), { recursive: true })
    writeFileSync(name, data)
  }
  read = async (name) => readFileSync(name, 'utf8')
  delete = async (name) => rmSync(name)
  downloadToFile = async () => assert.fail('nothing is downloaded here')
}

/** Tails files stay where anoncreds wrote them. */
class Tails {
  getTailsBasePath = async () => {
    const tails = path.join(folder, 'tails')
    mkdirSync(tails, { recursive: true })
    return tails
  }
  uploadTailsFile = async (_context, { revocationRegistryDefinition }) => ({
    tailsFileUrl: revocationRegistryDefinition.value.tailsLocation,
  })
  getTailsFile = async (_context, { revocationRegistryDefinition }) => ({
    tailsFilePath: revocationRegistryDefinition.value.tailsLocation,
  })
}

function newAgent() {
  return new Agent({
    config: { allowInsecureHttpUrls: true },
    dependencies: { FileSystem: Files, EventEmitterClass: EventEmitter, fetch, WebSocketClass: class {} },
    modules: {
      askar: new AskarModule({
        askar,
        store: { id: 'credo', key: askar.storeGenerateRawKey({}), keyDerivationMethod: 'raw',
                 database: { type: 'sqlite', config: { inMemory: true } } },
      }),
      indyVdr: new IndyVdrModule({
        indyVdr,
        networks: [{ genesisTransactions: readFileSync(genesisFile, 'utf8'), indyNamespace: namespace, isProduction: false,
                     connectOnStartup: true,
                     transactionAuthorAgreement: { version: agreementVersion, acceptanceMechanism: 'wallet_agreement' } }],
      }),
      dids: new DidsModule({
        registrars: [new IndyVdrIndyDidRegistrar()],
        resolvers: [new IndyVdrIndyDidResolver(), new IndyVdrSovDidResolver()],
      }),
      anoncreds: new AnonCredsModule({ anoncreds, registries: [new IndyVdrAnonCredsRegistry()], tailsFileService: new Tails() }),
    },
  })
}

/** The DID that was registered over HTTP, with its key, becomes the agent's. */
async function importEndorser(agent) {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex') // PKCS #8 of an Ed25519 seed
  const privateKey = createPrivateKey({ key: Buffer.concat([head, Buffer.from(endorserSeed)]), format: 'der', type: 'pkcs8' })
  const privateJwk = privateKey.export({ format: 'jwk' })
  const { keyId } = await agent.kms.importKey({ privateJwk })
  const did = TypedArrayEncoder.toBase58(Buffer.from(privateJwk.x, 'base64url').subarray(0, 16))
  await agent.dids.import({
    did: `did:indy:${namespace}:${did}`,
    keys: [{ didDocumentRelativeKeyId: '#verkey', kmsKeyId: keyId }],
  })
  return did
}

async function dids(agent, endorser) {
  const endorserDid = `did:indy:${namespace}:${endorser}`
  const services = [{ id: '#endpoint', type: 'endpoint', serviceEndpoint: 'https://town.example/didcomm' }]
  const made = await agent.dids.create({
    method: 'indy',
    options: { endorserMode: 'internal', endorserDid, alias: 'Amt', useEndpointAttrib: true,
               services: services.map((s) => ({ ...s, toJSON: () => s })) },
  })
  assert.equal(made.didState.state, 'finished', JSON.stringify(made.didState))
  note('NYM', 'written')
  note('ATTRIB', 'written')
  const written = made.didState.did
  const short = written.split(':').at(-1)

  const resolve = (did) => eventually(async () => {
    const { didDocument, didResolutionMetadata } = await agent.dids.resolve(did, { useCache: false, useLocalCreatedDidRecord: false })
    assert.equal(didDocument?.id, did, JSON.stringify(didResolutionMetadata))
    assert.ok(didDocument.service?.some((s) => s.serviceEndpoint === 'https://town.example/didcomm'), `services of ${did}`)
  })
  await resolve(written)
  note('did:indy', 'resolved')
  note('GET_NYM', 'read')
  note('GET_ATTR', 'read')
  await resolve(`did:sov:${short}`)
  note('did:sov', 'resolved')

  for (const unknown of [`did:indy:${namespace}:7Tqg6BwSSWapxgUDm9KKgg`, 'did:sov:7Tqg6BwSSWapxgUDm9KKgg']) {
    const none = await agent.dids.resolve(unknown, { useCache: false })
    assert.equal(none.didDocument, null)
    assert.ok(['notFound', 'unknownNetwork'].includes(none.didResolutionMetadata.error) ||
      /not found/i.test(none.didResolutionMetadata.message), JSON.stringify(none.didResolutionMetadata))
    note(unknown.split(':').slice(0, 2).join(':'), 'absence seen')
  }
  note('GET_NYM', 'absence read')

  // An endorser may not make a trustee.
  const trustee = await agent.dids.create({
    method: 'indy', options: { endorserMode: 'internal', endorserDid, role: 'TRUSTEE' },
  })
  assert.equal(trustee.didState.state, 'failed')
  refused('NYM', trustee.didState.reason)
  return written
}

async function schema(agent, issuerId, version = '1.0') {
  return agent.modules.anoncreds.registerSchema({
    schema: { issuerId, name: 'wohnsitz', version, attrNames: ['vorname', 'ort'] },
    options: { endorserMode: 'internal', endorserDid: issuerId },
  })
}

async function definitions(agent, issuerId) {
  const api = agent.modules.anoncreds
  const made = await schema(agent, issuerId)
  assert.equal(made.schemaState.state, 'finished', JSON.stringify(made.schemaState))
  note('SCHEMA', 'written')
  const schemaId = made.schemaState.schemaId
  await eventually(async () => {
    const read = await api.getSchema(schemaId, { useCache: false, useLocalRecord: false })
    assert.deepEqual(new Set(read.schema?.attrNames), new Set(['vorname', 'ort']), JSON.stringify(read.resolutionMetadata))
  })
  note('GET_SCHEMA', 'read')
  // The same schema with other attributes: schemas are not editable.
  const again = await agent.modules.anoncreds.registerSchema({
    schema: { issuerId, name: 'wohnsitz', version: '1.0', attrNames: ['anders'] },
    options: { endorserMode: 'internal', endorserDid: issuerId },
  })
  assert.equal(again.schemaState.state, 'failed')
  refused('SCHEMA', again.schemaState.reason)
  const missing = await api.getSchema(schemaId.replace('1.0', '9.9'), { useCache: false, useLocalRecord: false })
  assert.equal(missing.resolutionMetadata.error, 'notFound')
  note('GET_SCHEMA', 'absence read')

  const defined = await api.registerCredentialDefinition({
    credentialDefinition: { issuerId, schemaId, tag: 'gelsenkirchen' },
    options: { endorserMode: 'internal', endorserDid: issuerId, supportRevocation: true },
  })
  assert.equal(defined.credentialDefinitionState.state, 'finished', JSON.stringify(defined.credentialDefinitionState))
  note('CLAIM_DEF', 'written')
  const definitionId = defined.credentialDefinitionState.credentialDefinitionId
  await eventually(async () => {
    const read = await api.getCredentialDefinition(definitionId, { useCache: false, useLocalRecord: false })
    assert.deepEqual(plain(read.credentialDefinition?.value), plain(defined.credentialDefinitionState.credentialDefinition.value))
  })
  note('GET_CLAIM_DEF', 'read')
  return definitionId
}

async function registry(agent, issuerId, definitionId) {
  const api = agent.modules.anoncreds
  const made = await api.registerRevocationRegistryDefinition({
    revocationRegistryDefinition: { issuerId, tag: 'eins', credentialDefinitionId: definitionId,
                                    maximumCredentialNumber: registryEntries },
    options: { endorserMode: 'internal', endorserDid: issuerId },
  })
  const state = made.revocationRegistryDefinitionState
  assert.equal(state.state, 'finished', JSON.stringify(state))
  note('REVOC_REG_DEF', 'written')
  const id = state.revocationRegistryDefinitionId
  await eventually(async () => {
    const read = await api.getRevocationRegistryDefinition(id, { useCache: false, useLocalRecord: false })
    assert.deepEqual(plain(read.revocationRegistryDefinition?.value), plain(state.revocationRegistryDefinition.value))
  })
  note('GET_REVOC_REG_DEF', 'read')

  const options = { endorserMode: 'internal', endorserDid: issuerId }
  const first = await api.registerRevocationStatusList({
    revocationStatusList: { issuerId, revocationRegistryDefinitionId: id }, options,
  })
  assert.equal(first.revocationStatusListState.state, 'finished', JSON.stringify(first.revocationStatusListState))
  note('REVOC_REG_ENTRY', 'written')
  const revoked = [3, 7, 11]
  const changed = await api.updateRevocationStatusList({
    revocationStatusList: { revocationRegistryDefinitionId: id, revokedCredentialIndexes: revoked }, options,
  })
  assert.equal(changed.revocationStatusListState.state, 'finished', JSON.stringify(changed.revocationStatusListState))
  note('REVOC_REG_ENTRY', 'written')
  const back = await api.updateRevocationStatusList({
    revocationStatusList: { revocationRegistryDefinitionId: id, issuedCredentialIndexes: [7] }, options,
  })
  assert.equal(back.revocationStatusListState.state, 'finished', JSON.stringify(back.revocationStatusListState))
  note('REVOC_REG_ENTRY', 'written')

  await eventually(async () => {
    const list = await api.getRevocationStatusList(id, Math.floor(Date.now() / 1000) + 2, { useCache: false })
    const found = list.revocationStatusList?.revocationList.flatMap((bit, index) => (bit === 1 ? [index] : []))
    assert.deepEqual(found, [3, 11], JSON.stringify(list.resolutionMetadata))
    assert.equal(list.revocationStatusList.currentAccumulator,
      back.revocationStatusListState.revocationStatusList.currentAccumulator)
  })
  note('GET_REVOC_REG_DELTA', 'read')
  const before = await api.getRevocationStatusList(id, 1_600_000_000, { useCache: false })
  assert.equal(before.revocationStatusList, undefined)
  note('GET_REVOC_REG_DELTA', 'absence read')
}

/** Credo reads the pool's agreement and sends nothing without an acceptance. */
async function withoutAgreement(agent, issuerId) {
  const service = agent.dependencyManager.resolve(IndyVdrPoolService)
  const { pool } = await service.getPoolForDid(agent.context, issuerId)
  const accepted = pool.config.transactionAuthorAgreement
  pool.config.transactionAuthorAgreement = undefined
  const unsent = await schema(agent, issuerId, '2.0')
  pool.config.transactionAuthorAgreement = accepted
  assert.equal(unsent.schemaState.state, 'failed')
  assert.match(unsent.schemaState.reason, /transaction author agreement/i)
  note('GET_TXN_AUTHR_AGRMT', 'read')
}

async function main() {
  mkdirSync(folder, { recursive: true })
  const agent = newAgent()
  await agent.initialize()
  try {
    const endorser = await importEndorser(agent)
    const issuerId = `did:indy:${namespace}:${endorser}`
    await dids(agent, endorser)
    const definitionId = await definitions(agent, issuerId)
    await registry(agent, issuerId, definitionId)
    await withoutAgreement(agent, issuerId)
    console.log('Credo: written, read back, resolved, refused')
  } finally {
    await agent.shutdown()
  }
}

await main()
process.exit(0)
