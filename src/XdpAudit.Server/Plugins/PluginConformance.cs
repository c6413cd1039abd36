using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using XdpAudit.Conformance;

namespace XdpAudit.Server;

/// <summary>
/// The promises of a plugin's kind, tried on the plugin as it was published: what a test project of its author's shows too, as far as it needs nothing of the
/// author's. It runs the plugin, with the settings it would have.
/// </summary>
internal static class PluginConformance
{
    // What is right and wrong in its eyes only the author's tests can say.
    private static readonly HashSet<string> OfTheAuthor = ["A clean host has no finding", "A guilty host has one"];

    /// <summary>Each promise, and how it is broken.</summary>
    internal static async Task<IReadOnlyList<PluginPromise>> RunAsync(string folder, PluginManifest manifest, IConfiguration configuration, CancellationToken cancellation)
    {
        var results = new List<PluginPromise>();
        switch (manifest.Kind)
        {
            case PluginKind.Executor:
                PluginSet? described = await LoadAsync(folder, manifest, configuration, PluginIsolation.Process);
                var capabilities = (await One(described.Executors, described).DescribeAsync(cancellation)).Capabilities;
                await described.DisposeAsync();
                await EachAsync(results, Promises.Of<ExecutorManners>(), p => Promises.KeepAsync(
                    new ExecutorManners(() => Now(LoadAsync(folder, manifest, configuration, PluginIsolation.Process), set => One(set.Executors, set)), capabilities), p));
                break;
            case PluginKind.Sensor:
                await EachAsync(results, Promises.Of<SensorSuite>(), async p =>
                {
                    await using var set = await LoadAsync(folder, manifest, configuration, PluginIsolation.Process);
                    await Promises.KeepAsync(new SensorSuite(One(set.Sensors, set), null, cancellation), p);
                });
                break;
            case PluginKind.Detector:
                await using (var set = await LoadAsync(folder, manifest, configuration, PluginIsolation.InProcess))
                {
                    foreach (var (_, detector) in set.Detectors)
                    {
                        await EachAsync(results, Promises.Of<DetectorSuite>().Where(p => !OfTheAuthor.Contains(p)), p => Promises.KeepAsync(new DetectorSuite(() => detector, [], []), p));
                    }
                }

                break;
            case PluginKind.Sink:
                await TrySinkAsync(results, folder, manifest, cancellation);
                break;
        }

        return results;
    }

    /// <summary>A sink delivers: it is tried only where it says itself to which receiver of ours, and with which settings.</summary>
    private static async Task TrySinkAsync(List<PluginPromise> results, string folder, PluginManifest manifest, CancellationToken cancellation)
    {
        IReadOnlyList<SinkTrial> trials = [];
        await EachAsync(results, [$"Its {SinkTrial.FileName} can be read"], _ =>
        {
            trials = SinkTrial.Of(folder);
            return Task.CompletedTask;
        });
        if (trials.Count == 0)
        {
            results.RemoveAll(result => result.Broken is null);
        }

        foreach (var trial in trials)
        {
            await EachAsync(results, Promises.Of<SinkSuite>(), async promise =>
            {
                await using var tried = new TriedSink(TrialReceiver.Of(trial), address => LoadAsync(folder, manifest, Settings(manifest, trial.At(address)), manifest.Isolation), cancellation);
                await tried.ComeAsync();
                await Promises.KeepAsync(new SinkSuite(tried, cancellation, tried.Patience), promise);
            }, $" ({trial.Name})");
        }
    }

    private static IConfiguration Settings(PluginManifest manifest, IEnumerable<KeyValuePair<string, string?>> options) =>
        new ConfigurationBuilder().AddInMemoryCollection(options.Select(o => KeyValuePair.Create($"plugins:{manifest.Id}:options:{o.Key}", o.Value))).Build();

    private static async Task EachAsync(List<PluginPromise> results, IEnumerable<string> promises, Func<string, Task> keep, string under = "")
    {
        foreach (var promise in promises)
        {
            try
            {
                await keep(promise);
                results.Add(new(promise + under, null));
            }
#pragma warning disable CA1031 // whatever it throws, the promise is not kept
            catch (Exception cause)
#pragma warning restore CA1031
            {
                results.Add(new(promise + under, cause is ConformanceException ? cause.Message : $"{cause.GetType().Name}: {cause.Message}"));
            }
        }
    }

    private static Task<PluginSet> LoadAsync(string folder, PluginManifest manifest, IConfiguration configuration, string isolation) =>
        new PluginLoader(NullLoggerFactory.Instance, TimeProvider.System, configuration, new()).LoadAsync(
        [
            new()
            {
                Id = manifest.Id,
                Verified = new()
                {
                    Id = manifest.Id, Manifest = manifest, Folder = folder, EntryPath = Path.Combine(folder, manifest.Entry), Sha256 = "", Isolation = isolation,
                    AllowNative = manifest.NativeLibraries, Approval = new(Person.Name, TimeProvider.System.GetUtcNow(), "to be verified", "", folder, null),
                },
            },
        ]);

    internal static T One<T>(IReadOnlyDictionary<string, T> brought, PluginSet set)
        where T : class => brought.Values.FirstOrDefault() ?? throw new ConformanceException(
            set.Facts.OfType<PluginRefused>().FirstOrDefault() is { } refused ? $"it cannot be activated: {refused.Why}" : "it does not bring what its plugin.json says");

    // A suite makes what it tries where it needs it, and not as a task.
    private static T Now<T>(Task<PluginSet> loading, Func<PluginSet, T> which) => which(loading.GetAwaiter().GetResult());
}
