-- Publishes: checks idempotency key, condition and version, gives the next offset, appends and hands over. One step for all who look on.
-- KEYS: meta; where it is looked at, stream; with an idempotency key, kept results by key (hash) and those keys in the order of their expiry (list).
-- No more than are needed: a slot that moves from one master to another serves no script of several keys of which one is not there.
local meta_key, stream, kept_key, order_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
-- ARGV: what to publish with, and on which channel of Redis; the publication; whether it is retained
local command, channel, body, retained = ARGV[1], ARGV[2], ARGV[3], ARGV[4] == '1'
-- publications retained; milliseconds that a publication and the meta live; the epoch, should the stream begin
local size, ttl, meta_ttl, candidate = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]
-- the last position that the publishing node knows, with its time
local known_epoch, known_offset, known_time = ARGV[9], tonumber(ARGV[10]), tonumber(ARGV[11])
-- the idempotency key ('' = none), what tells a repetition, milliseconds it is kept, keys kept in a channel
local key, hash, window, most = ARGV[12], ARGV[13], tonumber(ARGV[14]), tonumber(ARGV[15])
-- the condition (offset -1 = none), the version (0 = none) and its epoch
local if_epoch, if_offset, version, within = ARGV[16], tonumber(ARGV[17]), tonumber(ARGV[18]), ARGV[19]
-- Returns what became of it, epoch, offset, time; 'ok', 'duplicate', 'skipped', 'duplicate-skipped', 'condition', 'mismatch' or 'full'.

local LARGEST = 9007199254740991
-- Keys over their time that one call takes away at most; the next one goes on.
local FORGOTTEN = 100

local function kept(name)
  local value = redis.call('HGET', kept_key, name)
  if not value then
    return nil
  end
  local until_, what, epoch, offset, time, result = string.match(value, '^(%d+)|([^|]*)|([^|]*)|(%d+)|(%d+)|(%a+)$')
  return { expires = tonumber(until_), hash = what, epoch = epoch, offset = offset, time = time, result = result }
end

if key ~= '' then
  for _ = 1, FORGOTTEN do
    local oldest = redis.call('LINDEX', order_key, 0)
    local before = oldest and kept(oldest)
    if not oldest or before and before.expires > now then
      break
    end
    redis.call('LPOP', order_key)
    redis.call('HDEL', kept_key, oldest)
  end
  local before = kept(key)
  if before and before.expires > now then
    redis.call('PEXPIRE', kept_key, window) -- a write: waiting for replicas waits for the last one of the connection, and this may be its first
    if before.hash ~= hash then
      return { 'mismatch', '', '0', '0' }
    end
    return { before.result == 'skipped' and 'duplicate-skipped' or 'duplicate', before.epoch, before.offset, before.time }
  end
end

local function keep(result, epoch, offset, time)
  if key == '' then
    return
  end
  redis.call('HSET', kept_key, key, table.concat({ text(now + window), hash, epoch, offset, time, result }, '|'))
  redis.call('RPUSH', order_key, key)
  if redis.call('LLEN', order_key) > most then
    redis.call('HDEL', kept_key, redis.call('LPOP', order_key))
  end
  redis.call('PEXPIRE', kept_key, window)
  redis.call('PEXPIRE', order_key, window)
end

local meta
if retained or version > 0 or if_offset >= 0 then
  meta = load(meta_key, stream, candidate, meta_ttl, known_epoch, known_offset, known_time)
end

if if_offset >= 0 then
  local empty = if_epoch == '' and if_offset == 0
  if if_offset ~= meta.offset or not (empty or if_epoch == meta.epoch) then
    return { 'condition', meta.epoch, text(meta.offset), text(meta.time) }
  end
end

if version > 0 then
  if meta.within == within and version <= meta.version then
    if retained then
      keep('skipped', meta.epoch, text(meta.offset), text(meta.time))
      return { 'skipped', meta.epoch, text(meta.offset), text(meta.time) }
    end
    keep('skipped', '', '0', '0')
    return { 'skipped', '', '0', '0' }
  end
  redis.call('HSET', meta_key, 'v', text(version), 'w', within)
  redis.call('PEXPIRE', meta_key, meta_ttl)
end

if not retained then
  redis.call(command, channel, 'P:0:' .. text(now) .. '\n' .. body)
  keep('ok', '', '0', '0')
  return { 'ok', '', '0', text(now) }
end

if meta.offset >= LARGEST then
  return { 'full', '', '0', '0' }
end
local offset = text(meta.offset + 1)
local time = text(now)
redis.call('XADD', stream, 'MAXLEN', size, offset .. '-' .. time, 'p', body)
if (meta.offset + 1) % 64 == 0 then
  expire(stream, ttl)
end
redis.call('PEXPIRE', stream, ttl)
redis.call('HSET', meta_key, 'o', offset, 't', time)
redis.call('PEXPIRE', meta_key, meta_ttl)
redis.call(command, channel, 'P' .. meta.epoch .. ':' .. offset .. ':' .. time .. '\n' .. body)
keep('ok', meta.epoch, offset, time)
return { 'ok', meta.epoch, offset, time }
