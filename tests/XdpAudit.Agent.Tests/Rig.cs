using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using XdpAudit.Plugins.LeakRules;
using XdpAudit.Store;

namespace XdpAudit.Agent.Tests;

/// <summary>An auditor on a simulated kernel, a real database and a clock that only the test moves.</summary>
internal sealed class Rig : IAsyncDisposable
{
    internal static readonly ProcessIdentity Alice = new() { Pid = 4242, Comm = "alice", Uid = 1000 };

    private readonly Database _database;
    private readonly int _number;
    private readonly List<(string, ILeakDetector)> _detectors = [("leak-rules", new LeakRulesDetector(new()))];
    private AuditStore? _store;
    private Auditor? _auditor;

    private Rig(Database database)
    {
        _database = database;
        _number = database.Next();
        Time = new(new DateTimeOffset(2026, 3, 1, 3, 12, 0, TimeSpan.Zero));
        Kernel = new(Time, $"{_number:x32}");
        Eth0 = Kernel.AddInterface(Kernel.OwnNetns, "eth0");
        Executor = new(Kernel);
        Observer = new(Kernel, Time);
        Executors = new() { ["simulated"] = Executor };
        Settings = new()
        {
            PinRoot = SimulatedKernel.Bpffs + "/xdpaudit",
            DefaultExecutor = "simulated",
            Grace = TimeSpan.FromSeconds(30),
            ReconcileEvery = TimeSpan.FromDays(2),
            JournalPatience = TimeSpan.Zero,
            Version = "test",
        };
    }

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal FakeTimeProvider Time { get; }

    internal SimulatedKernel Kernel { get; }

    internal SimulatedExecutor Executor { get; }

    internal SimulatedObserver Observer { get; }

    internal Dictionary<string, IExecutor> Executors { get; }

    internal Dictionary<string, ISensor> Sensors { get; } = [];

    internal Dictionary<string, ISink> Sinks { get; } = [];

    internal AgentSettings Settings { get; set; }

    internal InterfaceRef Eth0 { get; }

    internal Auditor Auditor => _auditor!;

    internal bool Started => _auditor is not null;

    internal PluginSet Plugins { get; private set; } = null!;

    internal ShakyJournal Host { get; private set; } = null!;

    internal ShakyJournal Server { get; private set; } = null!;

    internal ILifecycleReader Reader => _store!.Reader;

    /// <summary>Everything but the auditor.</summary>
    internal static async Task<Rig> BuildAsync(Database database)
    {
        var rig = new Rig(database);
        await rig.OpenAsync();
        return rig;
    }

    /// <summary>An auditor that watches.</summary>
    internal static async Task<Rig> StartAsync(Database database)
    {
        var rig = await BuildAsync(database);
        await rig.BeginAsync();
        return rig;
    }

    internal void Detect(params ILeakDetector[] detectors)
    {
        _detectors.Clear();
        _detectors.AddRange(detectors.Select(d => (d.Id, d)));
    }

    internal async Task BeginAsync()
    {
        _auditor = NewAuditor();
        await _auditor.StartAsync(Token);
    }

    internal Auditor NewAuditor() => new(
        Kernel.Host, new(Host, Server, Reader, Observer, Plugins = new(new(Time)) { Executors = Executors, Sensors = Sensors, Sinks = Sinks, Detectors = [.. _detectors] }), Settings, Time, NullLoggerFactory.Instance);

    /// <summary>The auditor ends without a word, as by kill -9: nothing of it reaches the journal any more.</summary>
    internal async Task KillAsync()
    {
        Host.Away = Server.Away = true;
        if (_auditor is { } killed)
        {
            _auditor = null;
            await killed.DisposeAsync();
        }

        await _store!.DisposeAsync();
        await OpenAsync();
    }

    internal async Task<OperationView> DoAsync(OperationRequest request) => await Auditor.OperateAsync(request, Alice, Token);

    internal async Task<RefusedException> RefusedAsync(OperationRequest request) => await Assert.ThrowsAsync<RefusedException>(() => DoAsync(request));

    /// <summary>Moves the clock, then looks.</summary>
    internal async Task<ReconcileView> LookAsync(double secondsLater = 1)
    {
        Time.Advance(TimeSpan.FromSeconds(secondsLater));
        return await Auditor.ReconcileAsync(Token);
    }

    /// <summary>Lets time pass until a task is done; bounded by real time.</summary>
    internal async Task<T> PassAsync<T>(Task<T> task, TimeSpan step)
    {
        for (var began = Stopwatch.GetTimestamp(); !task.IsCompleted;)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "did not end within 30 s");
            Time.Advance(step);
            await Task.WhenAny(task, Task.Delay(5, Token));
        }

        return await task;
    }

    /// <summary>All events of the host's journal, oldest first; positions are dense, and no operation has two outcomes.</summary>
    internal async Task<IReadOnlyList<JournalEvent>> JournalAsync() => await SoundAsync(Host);

    internal async Task<IReadOnlyList<JournalEvent>> ServerJournalAsync() => await SoundAsync(Server);

    /// <summary>What the host's journal says of one operation, by the names of its events.</summary>
    internal async Task<string> StoryAsync(OperationId id) =>
        string.Join(' ', (await JournalAsync()).OfType<OperationEvent>().Where(e => e.Id == id).Select(e => e.GetType().Name["Operation".Length..]));

    internal async Task<T> OneAsync<T>()
        where T : JournalEvent => Assert.Single((await JournalAsync()).OfType<T>());

    /// <summary>Puts an object on the simulated disk and its bytes on the real one, where its digest is taken.</summary>
    internal string Object(string name = "pass.o", SimulatedObject? content = null)
    {
        content ??= new() { Programs = ["pass"], Maps = ["counters"] };
        var path = Database.File($"{_number}-{name}");
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(string.Join('\0', [.. content.Programs, "", .. content.Maps, "", content.VerifierLog ?? "", content.Invalid ? "!" : ""])));
        Assert.Equal(content.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));
        Kernel.AddObject(path, content);
        return path;
    }

    internal OperationRequest Load(string program = "pass") => new() { Kind = OperationKinds.ProgramLoad, ObjectPath = Object(), Program = program };

    internal static OperationRequest Attach(OperationView loaded, string to = "eth0") =>
        new() { Kind = OperationKinds.LinkAttach, Program = $"{loaded.ProgramId}", Interface = to };

    public async ValueTask DisposeAsync()
    {
        if (_auditor is { } auditor)
        {
            await auditor.DisposeAsync();
        }

        await _store!.DisposeAsync();
    }

    private async Task OpenAsync()
    {
        _store = await Database.OpenAsync(_number, Kernel.Host);
        Host = new(_store.HostJournal);
        Server = new(_store.ServerJournal);
    }

    private static async Task<IReadOnlyList<JournalEvent>> SoundAsync(ShakyJournal journal)
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in journal.ReadAsync(0, Token))
        {
            entries.Add(entry);
        }

        Assert.Equal(Enumerable.Range(1, entries.Count).Select(i => (long)i), entries.Select(e => e.Position));
        var facts = entries.Select(e => e.Event).ToList();
        foreach (var operation in facts.OfType<OperationEvent>().GroupBy(e => e.Id))
        {
            Assert.IsType<OperationRequested>(operation.First());
            Assert.True(operation.Count(e => e is OperationSucceeded or OperationAlreadyApplied or OperationFailed or OperationRejected or OperationIndeterminate) <= 1, $"two outcomes of {operation.Key}");
            Assert.True(operation.Count(e => e is OperationVerified or OperationContradicted or OperationSettled) <= 1, $"two endings of {operation.Key}");
        }

        return facts;
    }
}
