-- Claim: hands out jobs under a lease, or for good.
--
-- KEYS     as in the prelude
-- ARGV     as in take
-- Result   {'', the time, when the leases end, when to ask again (-1 unknown), id, payload, record, id, ...}, times in ms
-- Atomic   all of it: delayed jobs that are due are promoted, leases that ran out are taken back (at most 500 of each),
--          jobs are popped lane by lane and leased. Its first write is one that is allowed when memory is full.

local out, types, counts = { '', now, now + lease, -1 }, {}, {}
take(out, types, counts)
trim_histories(counts)
count_types(types)
count(counts)
if #out < 4 + 3 * n then
  out[4] = next_due()
end
return out
