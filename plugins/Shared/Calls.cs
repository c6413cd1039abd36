using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>
/// The calls of one life of an executor: each acts once for its operation id, a refusal becomes an outcome, none begins after the end, and the end
/// waits for those under way.
/// </summary>
/// <param name="translate">What the executor takes for an expected failure although it is no refusal, or null.</param>
internal sealed class Calls(Func<Exception, Refusal?> translate)
{
    private readonly OperationMemory _operations = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _underWay = [];
    private bool _ended;

    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it acted.</exception>
    internal async ValueTask<Outcome<T>> DoAsync<T>(string call, OperationContext context, Func<Task<Outcome<T>>> act, CancellationToken cancellation)
        where T : class
    {
        cancellation.ThrowIfCancellationRequested();
        Task<Outcome<T>> running;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            running = _operations.OnceAsync(call, context.OperationId, () => Task.Run(() => AnswerAsync(act), CancellationToken.None));
            _underWay.Add(running);
        }

        try
        {
            return await running.ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _underWay.Remove(running);
            }
        }
    }

    /// <summary>Lets no more calls begin and waits for those under way; false when it has ended before.</summary>
    internal async Task<bool> EndAsync()
    {
        List<Task> underWay;
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            _ended = true;
            underWay = [.. _underWay];
        }

        await Task.WhenAll(underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    }

    private async Task<Outcome<T>> AnswerAsync<T>(Func<Task<Outcome<T>>> act) where T : class
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (Refusal refusal)
        {
            return refusal.As<T>();
        }
        catch (Exception cause) when (translate(cause) is { } refusal)
        {
            return refusal.As<T>();
        }
    }
}
