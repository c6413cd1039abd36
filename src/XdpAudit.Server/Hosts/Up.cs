using XdpAudit.Kernel;
using XdpAudit.Server.Demo;
using XdpAudit.Store;

namespace XdpAudit.Server;

/// <summary>Runs the auditor in the foreground until it is told to end.</summary>
internal static class Up
{
    internal static async Task<int> RunAsync(UpOptions options, CancellationToken cancellation)
    {
        try
        {
            ApiSocket.RefuseIfServed(options.Socket);
            if (options.Demo)
            {
                await using var stage = DemoStage.Build(options);
                return await WatchAsync(stage.Options, stage, cancellation);
            }

            return await WatchAsync(options, null, cancellation);
        }
        catch (StoreException cause)
        {
            // What an administrator has to type is several lines, to be pasted as they stand.
            foreach (var line in $"xdpaudit: {cause.Message}".Split('\n'))
            {
                Terminal.Warn(line);
            }

            return ExitCode.Failed;
        }
        catch (KernelException cause)
        {
            Terminal.Warn($"xdpaudit: {cause.Message}");
            return ExitCode.Failed;
        }
        catch (StartException cause)
        {
            Terminal.Warn($"xdpaudit: {cause.Message}");
            return cause.ExitCode;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private static async Task<int> WatchAsync(UpOptions options, DemoStage? stage, CancellationToken cancellation)
    {
        await using var app = await AuditorApp.StartAsync(options, cancellation);
        Terminal.Say($"xdpaudit {app.Version} watches this host; API at unix:{options.Socket}");
        if (options.Ephemeral)
        {
            Terminal.Say("ephemeral: what is loaded and attached from here on is held by this process alone; it is detached and unloaded when this process ends");
        }

        if (stage is not null)
        {
            var told = await new DemoStory(app.Auditor, app.JudgedRules, stage).TellAsync(cancellation);
            if (options.Once || !Terminal.IsInteractive)
            {
                await app.StopAsync("the demo is over");
                return told ? ExitCode.Done : ExitCode.Found;
            }

            Terminal.Say($"It stays, to be looked at: xdpaudit --server unix:{options.Socket} finding list. Ctrl-C ends it and leaves the machine as it was.");
        }

        var ended = new TaskCompletionSource();
        await using var asked = cancellation.Register(ended.SetResult);
        await ended.Task;
        await app.StopAsync("it was told to end");
        return ExitCode.Done;
    }
}
