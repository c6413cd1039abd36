using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

/// <summary>
/// What every executor promises before it has acted once: nothing here asks for anything that is there, so that it needs no kernel and changes none.
/// What it does to a kernel is promised by <see cref="ExecutorSuite"/>.
/// </summary>
/// <param name="make">Makes an executor, each as one in a process of its own; the suite disposes them.</param>
/// <param name="capabilities">What it is to declare, in its order.</param>
public sealed class ExecutorManners(Func<IExecutor> make, IReadOnlyList<string> capabilities)
{
    private const string Nowhere = "/sys/fs/bpf/xdpaudit-conformance-nowhere";
    private static readonly ProgramRef Gone = new(new(2_000_000_000), 1);
    private static readonly KernelLinkId GoneLink = new(2_000_000_000);
    private static readonly PinPath NoPin = new(Nowhere + "/pin");
    private static readonly InterfaceRef NoInterface = new() { Netns = new(ulong.MaxValue), NetnsPath = "/run/netns/xdpaudit-conformance-nowhere", IfIndex = new(999_999), Name = "nowhere0" };

    // Each call of the contract on what is not there: the capability that it needs, and whether that must be answered when it is not declared.
    private static readonly (string Call, string? Needs, Func<IExecutor, OperationContext, CancellationToken, Task<Answer>> Ask)[] Calls =
    [
        ("load", null, async (e, op, c) => Whole(await e.LoadAsync(new() { ObjectPath = Nowhere + ".o", ObjectSha256 = new('0', 64), Program = "none" }, op, c))),
        ("attach", null, async (e, op, c) => Whole(await e.AttachAsync(new() { Program = Gone, Interface = NoInterface }, op, c))),
        ("attach by netlink", null, async (e, op, c) => Whole(await e.AttachAsync(new() { Program = Gone, Interface = NoInterface, ByNetlink = true }, op, c))),
        ("detach of a link", null, async (e, op, c) => Whole(await e.DetachAsync(new() { Link = GoneLink }, op, c))),
        ("detach of an interface", null, async (e, op, c) => Whole(await e.DetachAsync(new() { Interface = NoInterface }, op, c))),
        ("detach of nothing", null, async (e, op, c) => Whole(await e.DetachAsync(new(), op, c))),
        ("unload", null, async (e, op, c) => Whole(await e.UnloadAsync(new(Gone, []), op, c))),
        ("update", ExecutorCapability.LinkUpdate, async (e, op, c) => Whole(await e.UpdateLinkAsync(new(GoneLink, Gone, null), op, c))),
        ("pin", ExecutorCapability.Pin, async (e, op, c) => Whole(await e.PinAsync(new(ObjectKind.Program, Gone.Id.Value, NoPin), op, c))),
        ("unpin", ExecutorCapability.Pin, async (e, op, c) => Whole(await e.UnpinAsync(new(ObjectKind.Program, Gone.Id.Value, NoPin), op, c))),
        ("adopt", ExecutorCapability.Adopt, async (e, op, c) => Whole(await e.AdoptAsync(new(NoPin), op, c))),
    ];

    [Promise]
    internal async Task It_says_what_it_is_and_can_do()
    {
        await using var executor = make();
        await using var other = make();

        var described = await executor.DescribeAsync(CancellationToken.None);

        Check.True(described.Id.Length > 0 && described.Id.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '.'), $"its id '{described.Id}' must be lower-case letters, digits, hyphens and dots");
        Check.NotEmpty(described.Epoch);
        Check.Equal(capabilities, described.Capabilities);
        Check.Equal(described.Capabilities.Distinct(), described.Capabilities);
        Check.All(described.Warnings, warning => Check.False(char.IsUpper(warning[0]) || warning.EndsWith('.'), $"the warning '{warning}' must begin in lower case and end without a full stop"));
        for (var i = 0; i < 9; i++)
        {
            Check.Same(described, await executor.DescribeAsync(CancellationToken.None));
        }

        Check.NotEqual(described.Epoch, (await other.DescribeAsync(CancellationToken.None)).Epoch);
    }

    [Promise]
    internal async Task What_is_not_there_is_an_outcome_and_no_exception()
    {
        await using var executor = make();

        foreach (var (call, _, ask) in Calls)
        {
            var answer = await ask(executor, Op(), CancellationToken.None);
            Check.True(answer.Kind is not (OutcomeKind.Succeeded or OutcomeKind.Unknown), $"the {call} of what is not there is {answer.Kind}");
        }
    }

    [Promise]
    internal async Task What_it_does_not_declare_it_answers_with_unsupported()
    {
        await using var executor = make();

        foreach (var (call, needs, ask) in Calls.Where(call => call.Needs is { } needs && !capabilities.Contains(needs)))
        {
            var answer = await ask(executor, Op(), CancellationToken.None);
            Check.Equal(OutcomeKind.Unsupported, answer.Kind, $"the {call} without '{needs}'");
            Check.Contains(needs!, answer.Message, StringComparison.Ordinal, $"the message of the {call} without '{needs}'");
        }
    }

    [Promise]
    internal async Task Asked_ten_times_over_with_one_operation_id_it_does_no_more_than_once()
    {
        await using var executor = make();

        foreach (var (call, _, ask) in Calls)
        {
            var context = Op();
            var first = await ask(executor, context, CancellationToken.None);
            for (var i = 0; i < 9; i++)
            {
                Check.Equal(first, await ask(executor, context, CancellationToken.None), $"the {call}, asked again");
            }
        }
    }

    [Promise]
    internal async Task A_call_cancelled_before_it_acts_throws()
    {
        await using var executor = make();

        foreach (var (call, needs, ask) in Calls.Where(call => call.Needs is null || capabilities.Contains(call.Needs)))
        {
            await Check.ThrowsAsync<OperationCanceledException>(() => ask(executor, Op(), new CancellationToken(canceled: true)), $"a cancelled {call}");
        }
    }

    [Promise]
    internal async Task Calls_may_come_at_once()
    {
        await using var executor = make();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(_ => Calls).Select(call => Task.Run(() => call.Ask(executor, Op(), CancellationToken.None))));

        Check.DoesNotContain(answers, answer => answer.Kind == OutcomeKind.Succeeded);
    }

    [Promise]
    internal async Task It_may_be_disposed_twice_and_unused()
    {
        var executor = make();

        await executor.DisposeAsync();
        await executor.DisposeAsync();
    }

    [Promise]
    internal async Task After_it_is_disposed_a_call_is_a_mistake_of_the_caller()
    {
        var executor = make();
        await executor.DisposeAsync();

        foreach (var (call, _, ask) in Calls.Where(call => call.Needs is null))
        {
            await Check.ThrowsAsync<ObjectDisposedException>(() => ask(executor, Op(), CancellationToken.None), $"a {call} after it was disposed");
        }
    }

    private static OperationContext Op() => new() { OperationId = new(Guid.CreateVersion7().ToString("N")) };

    /// <summary>An answer has a value or an error, says what it must, and survives the way between processes.</summary>
    private static Answer Whole<T>(Outcome<T> outcome)
        where T : class
    {
        var done = outcome.Kind is OutcomeKind.Succeeded or OutcomeKind.AlreadyApplied;
        Check.Equal(done, outcome.Value is not null, "whether there is a value");
        Check.Equal(!done, outcome.Error is not null, "whether there is an error");
        Check.Same(outcome, JsonSerializer.Deserialize<Outcome<T>>(JsonSerializer.Serialize(outcome)));
        if (outcome.Error is { } error)
        {
            Check.NotEmpty(error.Code);
            Check.True(error.Message.Length > 0 && !char.IsUpper(error.Message[0]) && !error.Message.EndsWith('.') && !error.Message.Contains('\n', StringComparison.Ordinal),
                $"the message '{error.Message}' must be one line, begin in lower case and end without a full stop");
        }

        return new(outcome.Kind, outcome.Error?.Code, outcome.Error?.Message ?? "");
    }

    private sealed record Answer(OutcomeKind Kind, string? Code, string Message);
}
