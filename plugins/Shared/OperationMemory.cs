using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>
/// Remembers what each operation id came to in this life of the executor, so that a repeat answers and does nothing.
/// Only what was achieved is remembered: a call that was refused or cancelled changed nothing and may be made anew.
/// </summary>
internal sealed class OperationMemory(int capacity = 4096)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Call, OperationId Id), Task<object?>> _known = [];
    private readonly Queue<(string Call, OperationId Id)> _oldest = new();

    /// <summary>Acts once. A repeat that comes while the first call is under way waits for it, and cannot be cancelled: the first may be changing the kernel.</summary>
    internal async Task<Outcome<T>> OnceAsync<T>(string call, OperationId id, Func<Task<Outcome<T>>> act) where T : class
    {
        var key = (call, id);
        var mine = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        while (Claim(key, mine.Task) is { } first)
        {
            if (await first.ConfigureAwait(false) is Outcome<T> known)
            {
                return known with { Kind = OutcomeKind.AlreadyApplied };
            }
        }

        object? achieved = null;
        try
        {
            var outcome = await act().ConfigureAwait(false);
            achieved = outcome.Kind is OutcomeKind.Succeeded or OutcomeKind.AlreadyApplied ? outcome : null;
            return outcome;
        }
        finally
        {
            Settle(key, achieved is not null);
            mine.SetResult(achieved);
        }
    }

    private Task<object?>? Claim((string Call, OperationId Id) key, Task<object?> mine)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var first))
            {
                return first;
            }

            _known[key] = mine;
            return null;
        }
    }

    private void Settle((string Call, OperationId Id) key, bool achieved)
    {
        lock (_gate)
        {
            if (!achieved)
            {
                _known.Remove(key);
                return;
            }

            _oldest.Enqueue(key);
            if (_oldest.Count > capacity)
            {
                _known.Remove(_oldest.Dequeue());
            }
        }
    }
}
