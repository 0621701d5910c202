'use strict';

// BullMQ beside Millrace's queue. Reads requests from standard input, a line of JSON each, and answers each with one
// behind a mark, as the JVMs of other clients do; ends with its standard input. Only the operations are timed: what is
// filled, verified and removed between them is not.

const { Queue, Worker } = require('bullmq');
const Redis = require('ioredis');
const readline = require('node:readline');

const MARK = '@answer ';
const PREFIX = 'mlq-peers';
const SEGMENT = 10_000;
const FILLED_AT_ONCE = 500;
const SAMPLES = 100;
const PATIENCE_MILLIS = 60_000;
const DONE_KEPT = 5;
const FAILED_KEPT = 3;
const PAYLOAD = 'x'.repeat(100);
const PRIORITIES = 10;

let connection = null;
let cell = null;
let segments = 0;

const now = () => Number(process.hrtime.bigint());

// In BullMQ 1 is the highest priority, and 0 is none.
function items(count) {
  segments++;
  return Array.from({ length: count }, (_, place) => ({
    name: 'job',
    data: { payload: PAYLOAD },
    opts: {
      jobId: `${segments}-${place}`,
      priority: PRIORITIES - (place % PRIORITIES),
      removeOnComplete: DONE_KEPT,
      removeOnFail: FAILED_KEPT,
    },
  }));
}

async function clear() {
  let cursor = '0';
  do {
    const [next, keys] = await connection.scan(cursor, 'MATCH', `${PREFIX}:*`, 'COUNT', 1_000);
    cursor = next;
    if (keys.length > 0) {
      await connection.unlink(...keys);
    }
  } while (cursor !== '0');
}

function different(what, expected, found) {
  return expected === found ? null : `${what}: ${expected} expected, ${found} found`;
}

async function differenceOfWaiting(queue, jobs) {
  const counts = await queue.getJobCounts();
  const wrong = different('jobs waiting', jobs.length, counts.prioritized);
  for (let i = 0; wrong === null && i < SAMPLES && i < jobs.length; i++) {
    const wanted = jobs[Math.floor((i * jobs.length) / SAMPLES)];
    const job = await queue.getJob(wanted.opts.jobId);
    if (!job || job.data.payload !== wanted.data.payload || job.opts.priority !== wanted.opts.priority) {
      return `job ${wanted.opts.jobId} is absent or another one`;
    }
  }
  return wrong;
}

async function addBulk(queue, jobs, left, meter) {
  const end = now() + left;
  let done = 0;
  while (done < jobs.length && now() < end) {
    const start = now();
    await queue.addBulk(jobs.slice(done, done + cell.batch));
    meter.latencies.push(now() - start);
    done += cell.batch;
  }
  return done;
}

async function addConcurrently(queue, jobs, left, meter) {
  const end = now() + left;
  let next = 0;
  await Promise.all(
    Array.from({ length: cell.callers }, async () => {
      while (next < jobs.length && now() < end) {
        const job = jobs[next++];
        const start = now();
        await queue.add(job.name, job.data, job.opts);
        meter.latencies.push(now() - start);
      }
    }),
  );
  return next;
}

// Jobs are enqueued, then looked at, then removed.
async function enqueueing(add, queue, left, meter) {
  const jobs = items(SEGMENT);
  const enqueued = await meter.timed(() => add(queue, jobs, left, meter));
  return differenceOfWaiting(queue, jobs.slice(0, enqueued));
}

// Jobs wait; a worker begins, and all of them are acknowledged.
async function working(queue, meter) {
  const jobs = items(SEGMENT);
  for (let from = 0; from < jobs.length; from += FILLED_AT_ONCE) {
    await queue.addBulk(jobs.slice(from, from + FILLED_AT_ONCE));
  }
  const handled = [];
  const completed = new Set();
  let worker;
  let deadline;
  const allDone = new Promise((resolve, reject) => {
    worker = new Worker(
      queue.name,
      async (job) => {
        handled.push(job.opts.priority);
      },
      { connection, prefix: PREFIX, concurrency: 100, autorun: false },
    );
    deadline = setTimeout(() => reject(new Error('a worker did not come to its end')), PATIENCE_MILLIS);
    worker.on('error', reject);
    worker.on('completed', (job) => {
      completed.add(job.id);
      if (completed.size === jobs.length) {
        resolve();
      }
    });
  });
  try {
    await worker.waitUntilReady();
    let running;
    await meter.timed(async () => {
      running = worker.run();
      await allDone;
      return jobs.length;
    });
    await worker.close();
    await running;
  } finally {
    clearTimeout(deadline);
  }
  const counts = await queue.getJobCounts();
  return (
    different('jobs handled', jobs.length, handled.length) ??
    different('jobs acknowledged', jobs.length, completed.size) ??
    different('jobs in the history', DONE_KEPT, counts.completed) ??
    different('jobs left', 0, counts.prioritized + counts.waiting + counts.active + counts.failed) ??
    // Handlers run at once, so neighbours of one batch may change places, and not more.
    (handled.at(0) === 1 && handled.at(-1) === PRIORITIES ? null : 'the order is not that of the priorities')
  );
}

class Meter {
  operations = 0;
  nanos = 0;
  cpuMicros = 0;
  latencies = [];

  async timed(work) {
    const cpu = process.cpuUsage();
    const start = now();
    const done = await work();
    this.nanos += now() - start;
    const used = process.cpuUsage(cpu);
    this.cpuMicros += used.user + used.system;
    this.operations += done;
    return done;
  }

  micros(share) {
    const sorted = this.latencies;
    // Not a number where nothing was timed by itself: a worker does not say how long it waits for the server.
    return sorted.length === 0 ? 'NaN' : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] / 1e3;
  }

  measurement(mismatch) {
    this.latencies.sort((a, b) => a - b);
    return {
      operations: this.operations,
      nanos: Math.round(this.nanos),
      p50Micros: this.micros(0.5),
      p99Micros: this.micros(0.99),
      cpuNanos: Math.round(this.cpuMicros * 1e3),
      allocatedBytes: null,
      commandsPerWrite: null,
      writes: null,
      mismatch,
    };
  }
}

async function measure(millis) {
  const meter = new Meter();
  const budget = millis * 1e6;
  let mismatch = null;
  while (meter.nanos < budget && mismatch === null) {
    const queue = new Queue(`queue-${segments}`, { connection, prefix: PREFIX });
    try {
      await queue.waitUntilReady();
      const left = budget - meter.nanos;
      switch (cell.workload) {
        case 'QUEUE_ENQUEUE':
          mismatch = await enqueueing(addBulk, queue, left, meter);
          break;
        case 'QUEUE_CALLERS':
          mismatch = await enqueueing(addConcurrently, queue, left, meter);
          break;
        default:
          mismatch = await working(queue, meter);
      }
    } finally {
      await queue.close();
      await clear();
    }
  }
  return meter.measurement(mismatch);
}

async function close() {
  const open = connection;
  connection = null;
  cell = null;
  if (open) {
    await open.quit();
  }
}

async function open(request) {
  await close();
  const { host, port, tls, user, password, database } = request.server;
  const client = new Redis({
    host,
    port,
    db: database,
    ...(user ? { username: user } : {}),
    ...(password ? { password } : {}),
    ...(tls ? { tls: {} } : {}),
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (times > 3 ? null : 200),
  });
  client.on('error', (error) => console.error(error.message));
  await client.connect();
  connection = client;
  cell = request.cell;
  await clear();
}

async function answer(request) {
  try {
    switch (request.verb) {
      case 'OPEN':
        await open(request);
        return { measurement: null, failure: null, unavailable: false };
      case 'MEASURE':
        return { measurement: await measure(request.millis), failure: null, unavailable: false };
      default:
        await close();
        return { measurement: null, failure: null, unavailable: false };
    }
  } catch (error) {
    console.error(error);
    return { measurement: null, failure: String(error.message).split('\n')[0], unavailable: false };
  }
}

async function serve() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(MARK + JSON.stringify(await answer(JSON.parse(line))) + '\n');
  }
  process.exit(0);
}

serve();
