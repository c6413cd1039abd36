using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

/// <summary>
/// A long random sequence of operations on an executor, beside a model of what must be so after each: which programs are loaded and what is in force
/// where. Found out by it is what no single promise shows: what an operation leaves behind for a later one. The same seed is the same sequence.
/// </summary>
public sealed class ExecutorModel
{
    private readonly ExecutorWorld _world;
    private readonly IReadOnlyList<string> _capabilities;
    private readonly Random _random;
    private readonly IExecutor _executor;
    private readonly List<InterfaceRef> _places;
    private readonly List<Loaded> _programs = [];
    private readonly Dictionary<InterfaceRef, Put> _inForce = [];
    private readonly List<string> _done = [];
    private int _pins;

    private ExecutorModel(ExecutorWorld world, IReadOnlyList<string> capabilities, int seed)
    {
        (_world, _capabilities, _random) = (world, capabilities, new(seed));
        _executor = world.Start();
        _places = [world.Interface(), world.Interface(), world.Interface()];
    }

    /// <summary>Runs a sequence.</summary>
    /// <exception cref="ConformanceException">The kernel is not as the model says; the seed and all operations up to there are in the message.</exception>
    public static async Task RunAsync(ExecutorWorld world, IReadOnlyList<string> capabilities, int seed, int steps = 60)
    {
        var model = new ExecutorModel(world, capabilities, seed);
        for (var step = 0; step < steps; step++)
        {
            try
            {
                await model.StepAsync();
                await model.CompareAsync();
            }
            catch (ConformanceException cause)
            {
                var seeded = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, step {step + 1}");
                throw new ConformanceException($"{seeded}: {cause.Message}; done up to there: {string.Join(", ", model._done)}", cause);
            }
        }
    }

    private bool Can(string capability) => _capabilities.Contains(capability);

    private Task StepAsync() => _random.Next(10) switch
    {
        < 3 => LoadAsync(),
        < 6 => AttachAsync(),
        < 8 => DetachAsync(),
        _ => UnloadAsync(),
    };

    private async Task LoadAsync()
    {
        var other = _random.Next(2) == 0;
        var pinned = !Can(ExecutorCapability.Ephemeral) || _random.Next(2) == 0;
        PinPath? pin = pinned ? _world.Pin($"model{++_pins}") : null;
        _done.Add($"load {(other ? "the other" : "the one")}{(pinned ? ", pinned" : "")}");
        var request = new LoadRequest { ObjectPath = _world.Good.Path, ObjectSha256 = _world.Good.Sha256, Program = other ? _world.Good.Other : _world.Good.Program, Pin = pin };
        var program = await TwiceAsync(context => _executor.LoadAsync(request, context, CancellationToken.None));
        _programs.Add(new(program!) { Held = true });
    }

    private async Task AttachAsync()
    {
        if (_programs.Count == 0)
        {
            return;
        }

        var (program, place) = (_programs[_random.Next(_programs.Count)], _places[_random.Next(_places.Count)]);
        var byNetlink = !Can(ExecutorCapability.AttachByLink) || _random.Next(2) == 0;
        var mode = _random.Next(2) == 0 ? XdpMode.Native : XdpMode.Generic;
        _done.Add($"attach program {program.Told.Id} to {Word(place)} {mode.Text()} by {(byNetlink ? "netlink" : "link")}");
        var request = new AttachRequest { Program = Ref(program), Interface = place, Mode = mode, ByNetlink = byNetlink };
        string? refused = !IsThere(program) ? ErrorCode.NotFound : _inForce.ContainsKey(place) ? ErrorCode.Busy : null;
        var attached = await TwiceAsync(context => _executor.AttachAsync(request, context, CancellationToken.None), refused, oneOf: [ErrorCode.NotFound, ErrorCode.Busy]);
        if (attached is not null)
        {
            _inForce.Add(place, new(program, mode, attached.Link));
        }
    }

    private async Task DetachAsync()
    {
        var place = _places[_random.Next(_places.Count)];
        var there = _inForce.GetValueOrDefault(place);
        _done.Add($"detach what is at {Word(place)}");
        var request = there?.Link is { } link ? new DetachRequest { Link = link } : new DetachRequest { Interface = place };
        await TwiceAsync(context => _executor.DetachAsync(request, context, CancellationToken.None), already: there is null);
        _inForce.Remove(place);
    }

    private async Task UnloadAsync()
    {
        if (_programs.Count == 0)
        {
            return;
        }

        var program = _programs[_random.Next(_programs.Count)];
        _done.Add($"unload program {program.Told.Id}");
        var pins = program.Held && program.Told.Pin is { } pin ? new[] { pin } : [];
        var unloaded = await TwiceAsync(context => _executor.UnloadAsync(new(Ref(program), pins), context, CancellationToken.None), already: IsThere(program) ? null : true);
        program.Held = false;
        Check.Equal(!IsThere(program), unloaded!.Gone, $"what the unload of program {program.Told.Id} says of its end");
    }

    /// <summary>Every operation is asked for once more under its id, as an auditor would after a lost answer: nothing more may come of it.</summary>
    private static async Task<T?> TwiceAsync<T>(Func<OperationContext, ValueTask<Outcome<T>>> ask, string? refused = null, bool? already = false, string[]? oneOf = null)
        where T : class
    {
        var context = new OperationContext { OperationId = new(Guid.CreateVersion7().ToString("N")) };
        var first = await ask(context);
        if (refused is not null)
        {
            Check.Equal(OutcomeKind.Rejected, first.Kind, "the outcome");
            Check.Contains(first.Error!.Code, oneOf!, $"'{first.Error.Code}', where '{refused}' was due,");
            return null;
        }

        Check.True(first.Kind is OutcomeKind.Succeeded or OutcomeKind.AlreadyApplied, $"the outcome is {first.Kind}: {first.Error?.Message}");
        if (already is { } due)
        {
            Check.Equal(due ? OutcomeKind.AlreadyApplied : OutcomeKind.Succeeded, first.Kind, "the outcome");
        }

        var second = await ask(context);
        Check.Equal(OutcomeKind.AlreadyApplied, second.Kind, "the outcome of the same operation once more");
        Check.Same(first.Value, second.Value, "the answer to the same operation once more");
        return first.Value;
    }

    private async Task CompareAsync()
    {
        foreach (var place in _places)
        {
            IReadOnlyList<ObservedXdp> due = _inForce.GetValueOrDefault(place) is { } put ? [new(put.Mode, put.Program.Told.Id)] : [];
            Check.Equal(due, _world.InForce(place), $"what is in force at {Word(place)}");
        }

        // The kernel frees a moment after the last holder let go.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (_programs.Find(program => IsThere(program) != (_world.Program(program.Told.Id) is not null)) is { } wrong)
        {
            Check.False(patience.IsCancellationRequested, $"program {wrong.Told.Id} is {(IsThere(wrong) ? "gone, and it must be" : "there, and it must not be")} loaded");
            await Task.Delay(10, CancellationToken.None); // the kernel frees later, and tells nobody
        }
    }

    private bool IsThere(Loaded program) => program.Held || _inForce.Values.Any(put => put.Program == program);

    private string Word(InterfaceRef place) => string.Create(CultureInfo.InvariantCulture, $"place {_places.IndexOf(place) + 1}");

    private static ProgramRef Ref(Loaded program) => new(program.Told.Id, program.Told.LoadedNs);

    private sealed record Loaded(LoadedProgram Told)
    {
        internal bool Held { get; set; }
    }

    private sealed record Put(Loaded Program, XdpMode Mode, KernelLinkId? Link);
}
