using Microsoft.Extensions.Logging;
using StreamJsonRpc;
using XdpAudit.Hosting;

namespace XdpAudit.Agent;

/// <summary>
/// Keeps the process of one plugin: starts it, asks whether it lives, ends it when it does not answer or grows too large, starts it again, and leaves
/// it alone when that happens too often. What goes wrong is told, and goes no further.
/// </summary>
internal sealed class Supervisor(PluginLaunch launch, SupervisionSettings settings, PluginNews news, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly FaultCount _faults = new(settings, time);
    private readonly CancellationTokenSource _end = new();
    private PluginProcess? _process;
    private string _state = PluginStates.Restarting;
    private string? _why;
    private TaskCompletionSource _turned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _watching = Task.CompletedTask;
    private Task? _ending;

    internal string Id => launch.Id;

    /// <summary>One of <see cref="PluginStates"/>, and why it is not active.</summary>
    internal (string State, string? Why) State
    {
        get
        {
            lock (_lock)
            {
                return _state == PluginStates.Active && _process is { Ended.IsCompleted: true } ? (PluginStates.Restarting, _why) : (_state, _why);
            }
        }
    }

    /// <summary>Its process now; null while there is none.</summary>
    internal int? Pid => _process?.Pid;

    /// <summary>Which code answers now.</summary>
    internal PluginSource Source => new(launch.Sha256, _process?.Epoch ?? "");

    /// <summary>The first start.</summary>
    /// <exception cref="PluginRefusedException">It cannot be activated; no process is left.</exception>
    internal async Task<PluginStarted> StartAsync()
    {
        var (process, started) = await BeginAsync();
        Turn(process, PluginStates.Active, null);
        _watching = Task.Run(() => WatchAsync(process));
        return started;
    }

    /// <summary>A call with a deadline. One that does not answer in time costs its process the life.</summary>
    /// <exception cref="PluginAwayException">There is no process; nothing was asked.</exception>
    /// <exception cref="ObjectDisposedException">It was ended.</exception>
    /// <exception cref="PluginFaultException">It failed; that is told already.</exception>
    /// <exception cref="OperationCanceledException">The plugin says it did nothing.</exception>
    internal async Task<T> AskAsync<T>(string during, TimeSpan deadline, Func<IPluginWire, CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        var process = _process;
        if (process is null || process.Ended.IsCompleted)
        {
            var (state, why) = State;
            ObjectDisposedException.ThrowIf(state == PluginStates.Ended, this);
            throw new PluginAwayException(Id, state, why);
        }

        try
        {
            return await call(process.Wire, cancellation).WaitAsync(deadline, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            process.Kill($"it did not answer within {deadline.TotalSeconds} s while {during}");
            throw new PluginFaultException(during, await process.Ended);
        }
        catch (Exception cause) when (cause is ConnectionLostException or ObjectDisposedException)
        {
            throw new PluginFaultException(during, await process.Ended);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception cause) when (cause is RemoteRpcException or System.Text.Json.JsonException or OperationCanceledException)
        {
            var why = cause is RemoteInvocationException { DeserializedErrorData: StreamJsonRpc.Protocol.CommonErrorData { TypeName: { } type } } told
                ? $"{type[(type.LastIndexOf('.') + 1)..]}: {told.Message}"
                : $"{cause.GetType().Name}: {cause.Message}";
            Fault(process, during, why);
            throw new PluginFaultException(during, why);
        }
    }

    /// <summary>Something that it answered cannot be so.</summary>
    internal PluginFaultException Broke(string during, string why)
    {
        if (_process is { } process)
        {
            Fault(process, during, why);
        }

        return new(during, why);
    }

    /// <summary>Ends when the process is there again; false when it will not be.</summary>
    internal async Task<bool> BackAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task turned;
            lock (_lock)
            {
                if (State.State == PluginStates.Active)
                {
                    return true;
                }

                if (_state is PluginStates.Quarantined or PluginStates.Ended)
                {
                    return false;
                }

                turned = _turned.Task;
            }

            await turned.WaitAsync(cancellation);
        }
    }

    /// <summary>Ends the process; again and again is as once, for all that a plugin brings ends with it.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            return new(_ending ??= EndAsync());
        }
    }

    private async Task EndAsync()
    {
        await Task.Yield();
        Turn(_process, PluginStates.Ended, "the auditor ends");
        await _end.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_process is { } last)
        {
            await last.DisposeAsync();
        }

        _end.Dispose();
    }

    private async Task<(PluginProcess Process, PluginStarted Started)> BeginAsync()
    {
        var process = await PluginProcess.StartAsync(launch, settings, logger);
        try
        {
            var started = await process.Wire.StartAsync(
                new() { Id = Id, Entry = launch.Entry, Options = launch.Options, AuditorPid = Environment.ProcessId, LogLevel = (int)LogMessages.Least(logger) }, CancellationToken.None)
                .WaitAsync(settings.StartDeadline, time);
            return started.Code is null ? (process, started) : throw new PluginRefusedException(started.Code, started.Why ?? "");
        }
        catch (Exception cause)
        {
            if (cause is TimeoutException)
            {
                process.Kill($"it was not activated within {settings.StartDeadline.TotalSeconds} s");
            }

            await process.DisposeAsync();
            throw cause is PluginRefusedException ? cause : new PluginRefusedException("plugin.process", await process.Ended);
        }
    }

    // One process after the other, until the auditor ends or they are too many.
    private async Task WatchAsync(PluginProcess process)
    {
        for (var living = process; living is not null; living = await NextAsync())
        {
            await HealthyAsync(living);
            if (_end.IsCancellationRequested)
            {
                return; // it is disposed with us
            }

            Lost(living, await living.Ended);
            await living.DisposeAsync();
        }
    }

    private async Task HealthyAsync(PluginProcess process)
    {
        using var every = new PeriodicTimer(settings.HealthEvery, time);
        while (await Task.WhenAny(process.Ended, every.WaitForNextTickAsync(_end.Token).AsTask()) != process.Ended && !_end.IsCancellationRequested)
        {
            try
            {
                if (process.MemoryBytes() is var bytes && bytes > launch.MemoryBytes)
                {
                    process.Kill($"it took {bytes >> 20} MiB of memory, and {launch.MemoryBytes >> 20} are allowed");
                }

                await process.Wire.PingAsync(CancellationToken.None).WaitAsync(settings.HealthDeadline, time);
            }
            catch (TimeoutException)
            {
                process.Kill($"it did not say within {settings.HealthDeadline.TotalSeconds} s that it lives");
            }
            catch (Exception cause) when (cause is RemoteRpcException or ObjectDisposedException or InvalidOperationException)
            {
                // It ended meanwhile, which is told by how it ended.
            }
        }
    }

    private async Task<PluginProcess?> NextAsync()
    {
        while (State.State == PluginStates.Restarting)
        {
            try
            {
                await Task.Delay(_faults.Wait, time, _end.Token); // the back-off: one that ends at once again must not take all the processor
                var began = time.GetTimestamp();
                var (process, _) = await BeginAsync();
                news.Tell(new PluginRestarted(Id, process.Epoch, process.Pid, _faults.Number));
                logger.PluginRestarted(Id, process.Pid, time.GetElapsedTime(began).TotalMilliseconds);
                Turn(process, PluginStates.Active, null);
                return process;
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (PluginRefusedException refused)
            {
                Lost(null, $"it could not be started again: {refused.Message}");
            }
        }

        return null;
    }

    private void Lost(PluginProcess? process, string how)
    {
        lock (_lock)
        {
            if (_state is PluginStates.Ended or PluginStates.Quarantined)
            {
                _process = null;
                return;
            }
        }

        Count("running", how, process);
        if (!_faults.TooMany)
        {
            Turn(null, PluginStates.Restarting, how);
        }
    }

    private void Fault(PluginProcess process, string during, string why)
    {
        Count(during, why, process);
        if (_faults.TooMany)
        {
            process.Kill("it failed too often");
        }
    }

    private void Count(string during, string why, PluginProcess? process)
    {
        bool quarantined;
        int number;
        lock (_lock)
        {
            if (_state == PluginStates.Quarantined)
            {
                return;
            }

            _faults.Add();
            (quarantined, number) = (_faults.TooMany, _faults.Number);
        }

        news.Tell(new PluginFaulted(Id, during, why));
        logger.IsolatedPluginFailed(Id, during, why);
        if (quarantined)
        {
            var words = $"{number} faults within {settings.FaultWindow.TotalMinutes:0.##} min, the last while {during}: {why}";
            news.Tell(new PluginQuarantined(Id, number, words));
            logger.PluginQuarantined(Id, number);
            Turn(process is { Ended.IsCompleted: false } ? process : null, PluginStates.Quarantined, words);
        }
    }

    private void Turn(PluginProcess? process, string state, string? why)
    {
        TaskCompletionSource turned;
        lock (_lock)
        {
            (_process, _state, _why) = (process, state, why);
            (turned, _turned) = (_turned, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        turned.SetResult();
    }
}
