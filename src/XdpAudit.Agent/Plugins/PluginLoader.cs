using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using XdpAudit.Hosting;

namespace XdpAudit.Agent;

/// <summary>
/// Activates the plugins that were verified, each where it is to run: in a process of its own, or inside the auditor. A plugin is code with all our
/// rights wherever it runs; in its own process its faults stay its own. One that cannot be activated is refused with a reason, and the watching
/// begins without it.
/// </summary>
public sealed class PluginLoader(ILoggerFactory loggers, TimeProvider time, IConfiguration configuration, SupervisionSettings supervision)
{
    private readonly ILogger _logger = loggers.CreateLogger<PluginLoader>();

    /// <summary>Activates what the verdicts allow, and says of the rest why not.</summary>
    public async Task<PluginSet> LoadAsync(IReadOnlyList<PluginVerdict> verdicts)
    {
        var news = new PluginNews(time);
        var activated = await Task.WhenAll(verdicts.Select(async v => (v, v.Verified is { } plugin ? await Task.Run(() => ActivateAsync(news, plugin)) : Refused(v))));
        return PluginSet.Of(news, activated);
    }

    private Activation? Refused(PluginVerdict verdict)
    {
        if (verdict.Refusal is not { } refusal)
        {
            return null;
        }

        _logger.PluginRefused(verdict.Id, refusal.Code, refusal.Why);
        return new(verdict.Id, PluginNews.Sign(new PluginRefused(verdict.Id, refusal.Code, refusal.Why) { Remedy = refusal.Remedy }, time.GetUtcNow()));
    }

    private async Task<Activation> ActivateAsync(PluginNews news, VerifiedPlugin plugin)
    {
        try
        {
            var made = plugin.Isolation == PluginIsolation.InProcess ? Inside(plugin) : await OutsideAsync(news, plugin);
            _logger.PluginLoaded(plugin.Id, made.Loaded!.Version, string.Join(", ", made.Loaded.Brings));
            return made with { Fact = PluginNews.Sign(made.Loaded, time.GetUtcNow()) };
        }
#pragma warning disable CA1031 // whatever goes wrong in a plugin's start is a reason to refuse it, not to end
        catch (Exception cause)
#pragma warning restore CA1031
        {
            var (code, why) = cause is PluginRefusedException refused ? (refused.Code, refused.Message) : ("plugin.failed", $"{cause.GetType().Name}: {cause.Message}");
            _logger.PluginRefused(plugin.Id, code, why);
            return new(plugin.Id, PluginNews.Sign(new PluginRefused(plugin.Id, code, why), time.GetUtcNow()));
        }
    }

    private Activation Inside(VerifiedPlugin plugin)
    {
        var activated = PluginActivation.Activate(
            plugin.EntryPath, new HostFacts(plugin.Id, configuration.GetSection(Section(plugin.Id)), time, Environment.ProcessId), loggers);
        var epoch = Guid.NewGuid().ToString("N")[..12];
        return new(plugin.Id, Loaded(plugin, activated.Version, activated.Brings) with { Epoch = epoch })
        {
            Executor = activated.Executor,
            Sensor = activated.Sensor,
            Sink = activated.Sink,
            Detectors = activated.Detectors,
            Own = activated,
            Source = new(plugin.Sha256, epoch),
        };
    }

    private async Task<Activation> OutsideAsync(PluginNews news, VerifiedPlugin plugin)
    {
        var section = configuration.GetSection(Section(plugin.Id));
        var memory = configuration[$"plugins:{plugin.Id}:memory_mb"] is { } text
            ? long.TryParse(text, out var mb) && mb is >= 32 and <= 1 << 20
                ? mb << 20
                : throw new PluginRefusedException("plugin.setting", $"the setting plugins:{plugin.Id}:memory_mb is '{text}': write MiB, from 32 to {1 << 20}")
            : supervision.MemoryBytes;
        var options = section.AsEnumerable(makePathsRelative: true).Where(o => o.Key.Length > 0).ToDictionary(o => o.Key, o => o.Value);
        var supervisor = new Supervisor(new(plugin.Id, plugin.EntryPath, options, plugin.Sha256, memory), supervision, news, time, _logger);
        var started = await supervisor.StartAsync();
        return new(plugin.Id, Loaded(plugin, started.Version, started.Brings) with { Epoch = supervisor.Source.Epoch, Pid = supervisor.Pid })
        {
            Executor = started.Brings.Contains(PluginKind.Executor) ? new IsolatedExecutor(supervisor) : null,
            Sensor = started.Brings.Contains(PluginKind.Sensor) ? new IsolatedSensor(supervisor) : null,
            Sink = started.Brings.Contains(PluginKind.Sink) ? new IsolatedSink(supervisor) : null,
            Detectors = [.. started.Detectors.Select(d => new IsolatedDetector(supervisor, d.Id, d.Rules))],
            Supervisor = supervisor,
        };
    }

    private static PluginLoaded Loaded(VerifiedPlugin plugin, string version, IReadOnlyList<string> brings) => new(plugin.Id, version, plugin.Sha256, brings)
    {
        Isolation = plugin.Isolation,
        ApprovedBy = plugin.Approval.By,
        ApprovedAt = plugin.Approval.At,
        AllowList = plugin.Approval.AllowList,
        Folder = plugin.Approval.Folder,
    };

    private static string Section(string id) => $"plugins:{id}:options";
}

/// <summary>What became of one plugin.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Fact">The same as an event.</param>
internal sealed record Activation(string Id, PluginEvent Fact)
{
    internal PluginLoaded? Loaded => Fact as PluginLoaded;

    internal IExecutor? Executor { get; init; }

    internal ISensor? Sensor { get; init; }

    internal ISink? Sink { get; init; }

    internal IReadOnlyList<ILeakDetector> Detectors { get; init; } = [];

    /// <summary>Its process; null when it is inside the auditor.</summary>
    internal Supervisor? Supervisor { get; init; }

    /// <summary>Its life inside the auditor.</summary>
    internal IAsyncDisposable? Own { get; init; }

    /// <summary>Which code that is.</summary>
    internal PluginSource? Source { get; init; }
}
