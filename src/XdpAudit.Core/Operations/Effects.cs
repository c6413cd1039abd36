namespace XdpAudit.Core;

/// <summary>Is what an operation was to bring about so now?</summary>
internal static class Effects
{
    internal static (bool Applied, string Words) Of(HostState after, OperationState operation) => operation.Plan.Kind switch
    {
        OperationKinds.ProgramLoad => Loaded(after, operation),
        OperationKinds.ProgramUnload => Unloaded(after, operation),
        OperationKinds.ProgramPin => Pinned(Program(after, operation), operation, "program"),
        OperationKinds.ProgramUnpin => Unpinned(Program(after, operation), operation, "program"),
        OperationKinds.LinkAttach => AttachedNow(after, operation),
        OperationKinds.LinkUpdate => Updated(after, operation),
        OperationKinds.LinkDetach => Detached(after, operation),
        OperationKinds.LinkPin => Pinned(Link(after, operation), operation, "link"),
        OperationKinds.LinkUnpin => Unpinned(Link(after, operation), operation, "link"),
        _ => (false, $"there is no operation '{operation.Plan.Kind}'"),
    };

    private static (bool, string) Loaded(HostState after, OperationState operation)
    {
        var program = operation.Result?.Program is { } key
            ? Alive(after.Programs.GetValueOrDefault(key))
            : after.Programs.Values.FirstOrDefault(p => p.Operation == operation.Id && p.Ended is null);
        if (program is null)
        {
            return (false, operation.Result?.Program is { } said ? $"the kernel does not list program {said.Id}" : "the kernel lists no program of it");
        }

        var words = $"program {program.Facts.Key.Id} ({program.Facts.Name}) is loaded";
        return operation.Plan.Pin is not { } pin ? (true, words)
            : program.Pins.Any(p => p.Pin.Path == pin) ? (true, $"{words} and pinned at {pin}")
            : (false, $"{words}, and there is no pin of it at {pin}");
    }

    private static (bool, string) Unloaded(HostState after, OperationState operation)
    {
        if (Program(after, operation) is not { } program)
        {
            return (true, $"the kernel no longer lists program {operation.Plan.Program?.Id}");
        }

        var left = operation.Plan.Pins.Where(pin => program.Pins.Any(p => p.Pin.Path == pin)).ToList();
        var words = $"program {program.Facts.Key.Id} ({program.Facts.Name}) is still loaded, held by {HolderWords.Of(program)}";
        return left.Count > 0 ? (false, $"its pin {left[0]} is still there: {words}")
            : operation.Result?.Gone == true ? (false, words)
            : (true, $"our references are gone; {words}");
    }

    private static (bool, string) AttachedNow(HostState after, OperationState operation)
    {
        var (plan, result) = (operation.Plan, operation.Result);
        if (plan.AttachPoint is not { } at)
        {
            return (false, "the request names no interface");
        }

        var place = after.AttachPoints.GetValueOrDefault(at);
        var where = $"{plan.Interface?.Name ?? at.ToString()}";
        var here = place?.InForce.FirstOrDefault(a => a.Program == plan.Program && (result is null ? a.Operation == operation.Id : a.Link?.Id == result.LinkId));
        if (here is null && plan.Program is { } own && Dispatched.Under(after, at, own) is { } under && (result?.LinkId is null || result.LinkId == under.Link.Key.Id))
        {
            return (true, $"program {own.Id} ({under.Link.ProgramName}) runs on {where} under program {under.Dispatcher.Program.Id} ({under.Dispatcher.ProgramName}), by link {under.Link.Key.Id}");
        }

        if (here is null)
        {
            var other = place?.InForce.Count > 0 ? $"program {place.InForce[0].Program.Id} ({place.InForce[0].ProgramName}) is in force there" : "nothing is in force there";
            return (false, $"on {where} {other}");
        }

        var words = $"program {here.Program.Id} ({here.ProgramName}) is in force on {where} in {here.Mode.Text()} mode, held by {(here.Link is { } l ? $"link {l.Id}" : "netlink")}";
        if (plan.Pin is { } pin && here.Link is { } key)
        {
            return after.Links.GetValueOrDefault(key)?.Pins.Any(p => p.Pin.Path == pin) == true
                ? (true, $"{words} and pinned at {pin}")
                : (false, $"{words}, and there is no pin of it at {pin}");
        }

        return (true, words);
    }

    private static (bool, string) Updated(HostState after, OperationState operation) =>
        Link(after, operation) is not { } link ? (false, $"the kernel no longer lists link {operation.Plan.Link?.Id}")
        : (link.Program == operation.Plan.Program, $"link {link.Key.Id} holds program {link.Program?.Id} ({link.ProgramName})");

    private static (bool, string) Detached(HostState after, OperationState operation)
    {
        if (operation.Plan.Link is not null)
        {
            return Link(after, operation) is not { } link ? (true, $"the kernel no longer lists link {operation.Plan.Link?.Id}")
                : link.Defunct is null ? (false, $"link {link.Key.Id} is still attached to {link.IfName}")
                : (true, $"link {link.Key.Id} is defunct and still there, held by {HolderWords.Of(link)}; it still holds program {link.Program?.Id} ({link.ProgramName})");
        }

        var here = operation.Plan.AttachPoint is { } at
            ? after.AttachPoints.GetValueOrDefault(at)?.InForce.FirstOrDefault(a => a.Link is null && (operation.Plan.Program is not { } p || a.Program == p))
            : null;
        var name = operation.Plan.Interface?.Name;
        if (operation.Plan is { AttachPoint: { } place, Program: { } own } && Dispatched.Under(after, place, own) is { } under)
        {
            return (false, $"program {own.Id} ({under.Link.ProgramName}) still runs on {name} under program {under.Dispatcher.Program.Id} ({under.Dispatcher.ProgramName}), by link {under.Link.Key.Id}");
        }

        return here is null
            ? (true, $"no netlink attachment is left on {name}")
            : (false, $"program {here.Program.Id} ({here.ProgramName}) is still attached to {name} by netlink in {here.Mode.Text()} mode");
    }

    private static (bool, string) Pinned(KernelObjectState? held, OperationState operation, string what) =>
        held is null ? (false, $"the kernel no longer lists the {what}")
        : held.Pins.Any(p => p.Pin.Path == operation.Plan.Pin) ? (true, $"the {what} is pinned at {operation.Plan.Pin}")
        : (false, $"there is no pin of the {what} at {operation.Plan.Pin}");

    private static (bool, string) Unpinned(KernelObjectState? held, OperationState operation, string what) =>
        held is null ? (true, $"the pin is gone, and with it the {what}")
        : held.Pins.Any(p => p.Pin.Path == operation.Plan.Pin) ? (false, $"the {what} is still pinned at {operation.Plan.Pin}")
        : (true, $"the pin is gone; the {what} is still there, held by {(held is ProgramState p2 ? HolderWords.Of(p2) : HolderWords.Of((LinkState)held))}");

    private static ProgramState? Program(HostState after, OperationState operation) =>
        operation.Plan.Program is { } key ? Alive(after.Programs.GetValueOrDefault(key)) : null;

    private static LinkState? Link(HostState after, OperationState operation) =>
        operation.Plan.Link is { } key && after.Links.GetValueOrDefault(key) is { Ended: null } link ? link : null;

    private static ProgramState? Alive(ProgramState? program) => program is { Ended: null } ? program : null;
}
