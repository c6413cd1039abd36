using System.Security.Cryptography;

namespace XdpAudit.Agent;

/// <summary>
/// Turns a request into a plan: every name resolved to an identity, every precondition that can be known without acting checked.
/// What it refuses is not recorded: nothing was asked of the kernel.
/// </summary>
internal sealed class OperationPlanner(AgentSettings settings)
{
    internal OperationPlan Plan(OperationRequest request, OperationId id, HostState host, Observation seen)
    {
        var executor = request.Executor ?? settings.DefaultExecutor;
        return request.Kind switch
        {
            OperationKinds.ProgramLoad => Load(request, id, executor),
            OperationKinds.ProgramUnload => Unload(request, host, executor),
            OperationKinds.ProgramPin => PinOf(request, executor, Selection.Program(host, Need(request.Program, "program"))),
            OperationKinds.ProgramUnpin => PinOf(request, executor, Selection.Program(host, Need(request.Program, "program"))),
            OperationKinds.LinkAttach => Attach(request, id, host, seen, executor),
            OperationKinds.LinkUpdate => Update(request, host, executor),
            OperationKinds.LinkDetach => Detach(request, host, seen, executor),
            OperationKinds.LinkPin => PinOf(request, executor, Selection.Link(host, Need(request.Link, "link"))),
            OperationKinds.LinkUnpin => PinOf(request, executor, Selection.Link(host, Need(request.Link, "link"))),
            _ => throw Refusals.Usage($"there is no operation '{request.Kind}'"),
        };
    }

    private OperationPlan Load(OperationRequest request, OperationId id, string executor)
    {
        var path = Need(request.ObjectPath, "object_path");
        var name = Need(request.Program, "program");
        if (!Path.IsPathFullyQualified(path))
        {
            throw Refusals.Usage($"cannot load '{path}': the path of an object must be absolute");
        }

        return new()
        {
            Kind = request.Kind,
            Executor = executor,
            Target = $"{name} of {path}",
            ObjectPath = path,
            ObjectSha256 = Digest(path),
            ProgramName = name,
            Pin = PinFor(request, id, name),
        };
    }

    private static OperationPlan Unload(OperationRequest request, HostState host, string executor)
    {
        var program = Selection.Program(host, Need(request.Program, "program"));
        return new()
        {
            Kind = request.Kind,
            Executor = executor,
            Target = Words(program),
            Program = program.Facts.Key,
            Pins = [.. program.Pins.Where(p => p.Pin.ReachedBy == p.Pin.Path.Value && !p.Pin.Hidden).Select(p => p.Pin.Path)],
        };
    }

    private OperationPlan Attach(OperationRequest request, OperationId id, HostState host, Observation seen, string executor)
    {
        var program = Selection.Program(host, Need(request.Program, "program"));
        var (place, names) = Places.Find(host, seen, Need(request.Interface, "interface"), request.Netns);
        var mode = request.Mode is null ? XdpMode.Unknown : XdpModes.Parse(request.Mode);
        if (request.Mode is not null && mode == XdpMode.Unknown)
        {
            throw Refusals.Usage($"there is no mode '{request.Mode}'", "use native, generic or offload");
        }

        // An ext program comes under a dispatcher, where the executor has one.
        if (program.Facts.Type is not ("xdp" or "ext"))
        {
            throw Refusals.Usage($"cannot attach program {program.Facts.Key.Id} to an interface: it is of type {program.Facts.Type}, not xdp");
        }

        return new()
        {
            Kind = request.Kind,
            Executor = executor,
            Target = $"{Words(program)} to {names.Name}{(names.OwnNetns ? "" : $" in netns {names.NetnsName ?? place.Netns.ToString()}")}",
            Program = program.Facts.Key,
            AttachPoint = place,
            Interface = names,
            Mode = mode,
            ByNetlink = request.ByNetlink,
            ExpectedOld = request.ExpectedOld,
            Pin = request.ByNetlink ? null : PinFor(request, id, $"{program.Facts.Name}-on-{names.Name}"),
        };
    }

    private static OperationPlan Update(OperationRequest request, HostState host, string executor)
    {
        var link = Selection.Link(host, Need(request.Link, "link"));
        var program = Selection.Program(host, Need(request.Program, "program"));
        return new()
        {
            Kind = request.Kind, Executor = executor, Target = $"link {link.Key.Id} on {link.IfName} to {Words(program)}",
            Link = link.Key, Program = program.Facts.Key, AttachPoint = link.AttachPoint, ExpectedOld = request.ExpectedOld,
        };
    }

    private static OperationPlan Detach(OperationRequest request, HostState host, Observation seen, string executor)
    {
        var text = Need(request.Link, "link");
        if (!text.StartsWith("interface:", StringComparison.Ordinal))
        {
            var link = Selection.Link(host, text);
            return new()
            {
                Kind = request.Kind, Executor = executor, Target = $"link {link.Key.Id} ({link.ProgramName} on {link.IfName})",
                Link = link.Key, AttachPoint = link.AttachPoint, Program = link.Program, ExpectedOld = request.ExpectedOld,
            };
        }

        var (place, names) = Places.Parse(host, seen, text["interface:".Length..]);
        if (request.ExpectedOld is { } expected && host.Programs.Values.FirstOrDefault(p => p.Ended is null && p.Facts.Key.Id == expected) is { } member
            && Dispatched.Under(host, place, member.Facts.Key) is { Dispatcher: var by })
        {
            return new()
            {
                Kind = request.Kind, Executor = executor, Target = $"{Words(member)} on {names.Name}, under program {by.Program.Id} ({by.ProgramName})",
                AttachPoint = place, Interface = names, Mode = by.Mode, ByNetlink = true, Program = member.Facts.Key, ExpectedOld = expected,
            };
        }

        var here = host.AttachPoints.GetValueOrDefault(place)?.InForce.Where(a => request.ExpectedOld is null || a.Program.Id == request.ExpectedOld).ToList() ?? [];
        return here switch
        {
            [] => throw Refusals.NotFound(text, "attachment", []),
            [{ Link: { } link }] => throw Refusals.Usage($"the attachment on {names.Name} is held by link {link.Id}, not by netlink", $"xdpaudit link detach {link.Id}"),
            [var one] => new()
            {
                Kind = request.Kind, Executor = executor, Target = $"program {one.Program.Id} ({one.ProgramName}) on {names.Name}, held by netlink",
                AttachPoint = place, Interface = names, Mode = one.Mode, ByNetlink = true, Program = one.Program, ExpectedOld = one.Program.Id,
            },
            _ => throw Refusals.Ambiguous(text, "attachment", [.. here.Select(a => $"program {a.Program.Id} {a.Mode.Text()}")]),
        };
    }

    private static OperationPlan PinOf(OperationRequest request, string executor, KernelObjectState held) => new()
    {
        Kind = request.Kind,
        Executor = executor,
        Target = $"{(held is ProgramState p ? Words(p) : $"link {((LinkState)held).Key.Id}")} at {Need(request.Pin?.Value, "pin")}",
        Program = (held as ProgramState)?.Facts.Key ?? (held as LinkState)?.Program,
        Link = (held as LinkState)?.Key,
        AttachPoint = (held as LinkState)?.AttachPoint,
        Pin = request.Pin,
    };

    private PinPath? PinFor(OperationRequest request, OperationId id, string name) =>
        request.Ephemeral || (settings.Ephemeral && request.Pin is null) ? null
        : request.Pin ?? new PinPath($"{settings.PinRoot}/{string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'))}-{id.Value[^12..]}");

    private static string Words(ProgramState program) => $"program {program.Facts.Key.Id} ({program.Facts.Name})";

    private static string Need(string? value, string member) =>
        string.IsNullOrEmpty(value) ? throw Refusals.Usage($"the request has no '{member}'") : value;

    private static string Digest(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Refusals.Of(
                ProblemCode.NotFound, 404, $"cannot read object '{path}': {(cause is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : cause.Message)}",
                "give the path of a BPF ELF object as clang -target bpf makes it");
        }
    }
}
