namespace XdpAudit.Core.Tests;

/// <summary>Operations of ours within a history: asked for, done or not, and answered or not.</summary>
internal sealed partial class History
{
    private static readonly ProcessIdentity Asker = new() { Pid = 77, StartTicks = 5, Comm = "xdpaudit", Uid = 1000 };
    private int _operations;

    /// <summary>No answer came, and it is exactly what was asked for: then a stranger's doing cannot be told from ours.</summary>
    internal bool IsAsAsked(JournalEvent fact, OperationId by)
    {
        var plan = _journal.Select(e => e.Event).OfType<OperationRequested>().Single(e => e.Id == by).Plan;
        return !_journal.Exists(e => e.Event is OperationSucceeded s && s.Id == by) && fact switch
        {
            LinkCreated e => (e.Link.AttachPoint, e.Link.Program) == (plan.AttachPoint, plan.Program),
            AttachmentEstablished e => (e.AttachPoint, e.Program) == (plan.AttachPoint, plan.Program),
            AttachmentReplaced e => plan.Link is { } link ? (e.Link, e.NewProgram) == (link, plan.Program) : (e.AttachPoint, e.NewProgram) == (plan.AttachPoint, plan.Program),
            LinkProgramReplaced e => (e.Link, e.NewProgram) == (plan.Link, plan.Program),
            _ => false,
        };
    }

    private void Operate(Step step)
    {
        var id = new OperationId($"{++_operations:x32}");
        var executor = _kernel.Processes[0];
        _kernel.Tiers.By = executor;
        var (plan, act) = Plan(step, executor);
        if (plan is null || act is null)
        {
            return;
        }

        Tell(id, new OperationRequested(id, plan, Asker, "as asked"));
        var ending = step.C % 5;
        OperationResult? result = null;
        if (ending is 0 or 1 or 2)
        {
            var before = Now();
            result = act();
            _kernel.Reap();

            // To bring about what is so already, unseen by anybody, is to have done it.
            Done.UnionWith(Now().Where(fact => plan.Kind == OperationKinds.LinkUpdate || !before.Contains(fact)).Select(fact => (fact, id)));
        }

        JournalEvent? answer = (ending, result) switch
        {
            (0, not null) => new OperationSucceeded(id, result),
            (1 or 3, _) => new OperationIndeterminate(id, "the answer was lost"),
            (2, not null) => null,
            _ => new OperationFailed(id, new() { Code = ErrorCode.Busy, Message = "it is occupied" }),
        };
        if (answer is not null)
        {
            Tell(id, answer);
        }
    }

    private (OperationPlan? Plan, Func<OperationResult?>? Act) Plan(Step step, ModelProcess executor)
    {
        var (a, b, kernel) = (step.A / 6, step.B, _kernel);
        var mode = b % 2 == 0 ? XdpMode.Native : XdpMode.Generic;
        switch (step.A % 6)
        {
            case 0:
                var path = new PinPath($"/sys/fs/bpf/filter-{_operations}");
                return (new() { Kind = OperationKinds.ProgramLoad, Executor = "model", Target = "filter of x.o", ProgramName = "filter", Pin = path }, () =>
                {
                    if (kernel.Pins.Any(p => p.Path == path.Value))
                    {
                        return null;
                    }

                    var program = kernel.Load(executor, "xdp", "filter");
                    kernel.Pin(program, path.Value);
                    return new() { Program = Truth.Key(kernel, program), Pin = path };
                });
            case 1 when Pick(Xdp(), a) is { } program && Pick(kernel.Interfaces, b) is { } at:
                return (new() { Kind = OperationKinds.LinkAttach, Executor = "model", Target = "attach", Program = Truth.Key(kernel, program), AttachPoint = Key(at), Mode = mode }, () =>
                    kernel.AttachLink(executor, program, at, mode) is { } link ? new() { Program = Truth.Key(kernel, program), LinkId = new(link.Id), Mode = mode } : null);
            case 2 when Pick(Xdp(), a) is { } program && Pick(kernel.Interfaces, b) is { } at:
                return (new() { Kind = OperationKinds.LinkAttach, Executor = "model", Target = "attach", Program = Truth.Key(kernel, program), AttachPoint = Key(at), Mode = mode, ByNetlink = true }, () =>
                    at.InForce is null && kernel.AttachNetlink(program, at, mode) ? new() { Program = Truth.Key(kernel, program), Mode = mode } : null);
            case 3 when Pick(XdpLinks(), a) is { At: not null } link && Pick(Xdp(), b) is { } program:
                return (new() { Kind = OperationKinds.LinkUpdate, Executor = "model", Target = "update", Program = Truth.Key(kernel, program), Link = Key(link) }, () =>
                {
                    kernel.Update(link, program);
                    return new() { Program = Truth.Key(kernel, program), LinkId = new(link.Id) };
                });
            case 4 when Pick(XdpLinks(), a) is { } link:
                return (new() { Kind = OperationKinds.LinkDetach, Executor = "model", Target = "detach", Link = Key(link) }, () =>
                {
                    kernel.Detach(link);
                    return new() { LinkId = new(link.Id) };
                });
            case 5 when Pick(kernel.Pins.Where(p => p.Object is ModelProgram), a) is { } pin:
                var held = (ModelProgram)pin.Object;
                return (new() { Kind = OperationKinds.ProgramUnpin, Executor = "model", Target = "unpin", Program = Truth.Key(kernel, held), Pin = new(pin.Path) }, () =>
                {
                    kernel.Pins.Remove(pin);
                    return new() { Pin = new(pin.Path) };
                });
            default:
                return (null, null);
        }
    }

    private void Tell(OperationId id, JournalEvent fact) => Append(fact with
    {
        Occurred = Occurrence.Exactly(_kernel.Now), KnownBy = new() { How = Knowledge.Declared, Source = "executor:model" },
        Actor = new Actor.Process(Asker), Operation = id,
    });

    private AttachPointKey Key(ModelInterface at) => new(ModelKernel.Host, _kernel.Boot, new(at.Netns.Cookie), new(at.Index));

    private LinkKey Key(ModelLink link) => _state.Links.Keys.FirstOrDefault(
        k => k.Id.Value == link.Id && k.Boot == _kernel.Boot, new(ModelKernel.Host, _kernel.Boot, new(link.Id), new(link.Program.Id), link.Type));
}
