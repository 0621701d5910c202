-- Census: which processes there are, and where the stream of changes stands.
--
-- KEYS     1 meta      HASH   seq, incarnations
--          2 processes HASH   process -> "INCARNATION BEATS", or "INCARNATION dead" while its records are removed
--          3 events    STREAM
--          4 the inbox of the process (STREAM)
-- ARGV     1 op  2 process  3 incarnation or what is expected
-- op       open   a new incarnation, with an empty inbox
--          look   nothing
--          beat   one beat more
--          bury   marks a process as dead if its entry is the expected one
--          gone   forgets a process and its inbox if its entry is the expected one
-- Result   {whether it was done; of open the incarnation, processes as HGETALL has them, last change, last id of the
--          stream, the server's replication id, last id of the inbox}
-- Atomic   all of it. No clock is read: who is dead is for the others to say, by beats that do not come.

local call = redis.call
local meta, processes, events, inbox = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local op, process, expected = ARGV[1], ARGV[2], ARGV[3]

local function last(stream)
  local entry = call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  return entry and entry[1] or '0-0'
end

local done = 1
local entry = call('HGET', processes, process)
if op == 'open' then
  done = call('HINCRBY', meta, 'incarnations', 1)
  call('HSET', processes, process, done .. ' 0')
  call('DEL', inbox)
  call('XADD', inbox, '*', '#o', 'open')
elseif op == 'beat' then
  local incarnation, beats = string.match(entry or '', '^(%d+) (%d+)$')
  if incarnation == expected then
    call('HSET', processes, process, incarnation .. ' ' .. string.format('%.0f', beats + 1))
  else
    done = 0
  end
elseif op == 'bury' then
  if entry == expected then
    call('HSET', processes, process, string.match(entry, '^%d+') .. ' dead')
  else
    done = 0
  end
elseif op == 'gone' then
  if entry == expected then
    call('HDEL', processes, process)
    call('DEL', inbox)
  else
    done = 0
  end
end

-- A server whose history differs from what was seen has another replication id: a failover, a restart.
local info = redis.pcall('INFO', 'replication')
local history = type(info) == 'string' and string.match(info, 'master_replid:(%x+)') or ''
return { done, call('HGETALL', processes), call('HGET', meta, 'seq') or '0', last(events), history, last(inbox) }
