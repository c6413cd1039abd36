namespace XdpAudit.Agent;

/// <summary>A sink itself failed, not its receiver.</summary>
internal sealed class SinkFaultException(string during, string why, Exception? cause = null) : Exception(why, cause)
{
    internal string During { get; } = during;
}

/// <summary>Calls a sink: one call at a time, with a deadline. One that does not come back is not called again until it has.</summary>
internal sealed class SinkCall(ISink sink, TimeSpan deadline, TimeProvider time)
{
    /// <summary>What a call may take to end after it was cancelled.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private Task _last = Task.CompletedTask;

    /// <exception cref="SinkFaultException">It threw, or was not done in time.</exception>
    /// <exception cref="OperationCanceledException">We end.</exception>
    internal async Task<T> AskAsync<T>(string during, Func<ISink, CancellationToken, ValueTask<T>> call, CancellationToken end)
    {
        if (!_last.IsCompleted)
        {
            throw new SinkFaultException(during, "an earlier call has not come back, though it was cancelled; it is not called again before it has");
        }

        // Not disposed while the call may still use it.
        var late = CancellationTokenSource.CreateLinkedTokenSource(end);
        var running = Task.Run(async () => await call(sink, late.Token), CancellationToken.None);
        _last = running;
        _ = running.ContinueWith(
            task =>
            {
                _ = task.Exception; // seen here or below, it is nobody else's
                late.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        try
        {
            return await InTimeAsync(running, late, end);
        }
        catch (Exception) when (end.IsCancellationRequested)
        {
            throw new OperationCanceledException(end);
        }
        catch (TimeoutException) when (!running.IsFaulted)
        {
            throw new SinkFaultException(during, FormattableString.Invariant($"it was not done within {deadline.TotalSeconds} s"));
        }
#pragma warning disable CA1031 // whatever a plugin throws is its fault
        catch (Exception cause)
#pragma warning restore CA1031
        {
            throw new SinkFaultException(during, $"{cause.GetType().Name}: {cause.Message}", cause);
        }
    }

    internal async Task LetGoAsync()
    {
        if (_last.IsCompleted)
        {
            await Task.Run(async () => await sink.DisposeAsync(), CancellationToken.None).WaitAsync(Grace, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<T> InTimeAsync<T>(Task<T> running, CancellationTokenSource late, CancellationToken end)
    {
        try
        {
            return await running.WaitAsync(deadline, time, end);
        }
        catch (Exception cause) when (!running.IsCompleted && cause is TimeoutException or OperationCanceledException)
        {
            await late.CancelAsync();
            await ((Task)running).WaitAsync(Grace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (running.IsCompletedSuccessfully)
            {
                return await running; // what it has done is done
            }

            throw;
        }
    }
}
