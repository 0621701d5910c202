-- Extend: a heartbeat. Moves the end of leases that are held, and notes how far the jobs are.
--
-- KEYS     as in the prelude
-- ARGV     2 lease in ms from now; 3 n, then n times: id, fence, progress in percent or ''
-- Result   {one letter a job: e extended, - the fence is not that of a living lease; when the leases end, ms}
-- Atomic   all of it

local lease = whole(ARGV[2], 1, 4398046511104)
local n = whole(ARGV[3], 1, MOST)
if not lease or not n or #ARGV ~= 3 + 3 * n then
  return refuse('wanted 1 to ' .. MOST .. ' leases to extend')
end
local ids = {}
for i = 1, n do
  ids[i] = ARGV[1 + 3 * i]
  local progress = ARGV[3 + 3 * i]
  if progress ~= '' and not whole(progress, 0, 100) then
    return refuse('the progress of job ' .. i .. ' is not a whole percentage')
  end
end
local records = call('HMGET', META, unpack(ids))
local answers, leases, metas, lease_end = {}, {}, {}, format('%d', now + lease)
for i = 1, n do
  local id, record, progress = ids[i], records[i], ARGV[3 + 3 * i]
  if record and byte(record, 1) == 108 and sub(record, 1, 9) == ARGV[2 + 3 * i] then
    answers[i] = 'e'
    leases[#leases + 1] = lease_end
    leases[#leases + 1] = id
    if progress ~= '' then
      metas[#metas + 1] = id
      metas[#metas + 1] = sub(record, 1, 34) .. char(tonumber(progress)) .. sub(record, 36)
    end
  else
    answers[i] = '-'
  end
end
if #leases > 0 then
  call('ZADD', LEASED, 'XX', unpack(leases))
end
if #metas > 0 then
  call('HSET', META, unpack(metas))
end
return { table.concat(answers), now + lease }
