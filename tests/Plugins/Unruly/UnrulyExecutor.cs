using System.Runtime.InteropServices;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Unruly;

/// <summary>Does what the name of the program to be loaded says.</summary>
public sealed partial class UnrulyExecutor : IExecutor
{
    private static readonly List<object> Eaten = [];

    /// <inheritdoc/>
    public ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation) => new(new ExecutorDescriptor
    {
        Id = "unruly", Epoch = $"{Environment.ProcessId}", Capabilities = [], Versions = new Dictionary<string, string> { ["heap_limit"] = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes}" },
    });

    /// <inheritdoc/>
    public async ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation)
    {
        switch (request.Program)
        {
            case "throw":
                throw new InvalidOperationException("it broke");
            case "exit":
                Console.Error.WriteLine("I had enough \u001b[31m");
                Environment.Exit(7);
                break;
            case "abort":
                Environment.FailFast("a thing that cannot be");
                break;
            case "segv":
                _ = memset(0x10, 1, 1);
                break;
            case "hang":
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            case "obey":
                await Task.Delay(Timeout.Infinite, cancellation);
                break;
            case "starve":
                ThreadPool.SetMaxThreads(Environment.ProcessorCount, Environment.ProcessorCount);
                _ = Enumerable.Range(0, 64).Select(_ => Task.Run(() => Thread.Sleep(Timeout.Infinite), CancellationToken.None)).ToList();
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            case "eat":
                EatNative();
                break;
            case "eat-managed":
                EatManaged();
                break;
            case "thread":
                new Thread(() => throw new InvalidOperationException("on a thread of its own")).Start();
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            case "large":
                return Outcome.Failed<LoadedProgram>(new() { Code = "large", Message = new string('x', 70 * 1024 * 1024) });
        }

        return Outcome.Succeeded(new LoadedProgram { Id = new(1), LoadedNs = 1, Type = "xdp", Name = request.Program, Tag = new("0123456789abcdef"), Persistence = Persistence.Pinned });
    }

    /// <inheritdoc/>
    public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) => new(Outcome.Unsupported<AttachedProgram>("nothing"));

    /// <inheritdoc/>
    public ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) => new(Outcome.Unsupported<NoValue>("nothing"));

    /// <inheritdoc/>
    public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) => new(Outcome.Unsupported<UnloadResult>("nothing"));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static unsafe void EatNative()
    {
        while (true)
        {
            const int Bite = 16 * 1024 * 1024;
            new Span<byte>((void*)Marshal.AllocHGlobal(Bite), Bite).Fill(1);
            Thread.Sleep(5); // the limit is to strike, not the machine
        }
    }

    private static void EatManaged()
    {
        while (true)
        {
            Eaten.Add(new byte[4 * 1024 * 1024]);
        }
    }

    [LibraryImport("libc")]
    private static partial nint memset(nint to, int value, nint count);
}

/// <summary>Judges what it must not.</summary>
public sealed class UnrulyDetector(string judges) : ILeakDetector
{
    /// <inheritdoc/>
    public string Id => "unruly";

    /// <inheritdoc/>
    public IReadOnlyList<string> Rules => ["unruly"];

    /// <inheritdoc/>
    public IReadOnlyList<LeakCandidate> Detect(DetectorInput input) => judges switch
    {
        "foreign" => [One(input, LeakRule.ProgramRetained, "x")],
        "long" => [One(input, "unruly", new string('x', 1024 * 1024))],
        "throw" => throw new InvalidOperationException("it cannot judge"),
        "exit" => Exit(),
        "hang" => Hang(),
        "own" => [One(input, "unruly", "as it may")],
        _ => [],
    };

    private static LeakCandidate One(DetectorInput input, string rule, string summary) => new()
    {
        Rule = rule, Severity = "low", Subject = new("program", "p", null, "p"), Since = input.Now, Summary = summary, Cost = new(null, 1), Needs = [],
    };

    private static IReadOnlyList<LeakCandidate> Exit()
    {
        Environment.Exit(9);
        return [];
    }

    private static IReadOnlyList<LeakCandidate> Hang()
    {
        Thread.Sleep(Timeout.Infinite);
        return [];
    }
}
