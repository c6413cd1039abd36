namespace XdpAudit.Core.Tests;

/// <summary>What each step does to the model. A step that finds nothing to act on does nothing.</summary>
internal sealed partial class History
{
    private static readonly string[] Names = ["filter", "count", "drop_all"];
    private static readonly string[] MapTypes = ["hash", "prog_array", "devmap", "cpumap"];

    private void Act(Step step)
    {
        var (a, b, c) = (step.A, step.B, step.C);
        var mode = c % 2 == 0 ? XdpMode.Native : XdpMode.Generic;
        switch (step.Kind)
        {
            case StepKind.Load when Pick(_kernel.Processes, a) is { } by:
                _kernel.Load(by, "xdp", Names[b % 3], null, c % 3 == 0 ? Pick(_kernel.Maps, c) : null);
                break;
            case StepKind.LoadOther when Pick(_kernel.Processes, a) is { } by:
                _kernel.Load(by, "tracing", "trace", null, Pick(_kernel.Maps, c));
                break;
            case StepKind.LoadExtension when Pick(_kernel.Processes, a) is { } by && Pick(Xdp(), b) is { } target:
                var extension = _kernel.Load(by, "ext", "inner", target);
                _kernel.AttachExtension(by, extension);
                break;
            case StepKind.AttachLink when Pick(_kernel.Processes, a) is { } by && Pick(Xdp(), b) is { } program && Pick(_kernel.Interfaces, c) is { } at:
                _kernel.AttachLink(by, program, at, a % 2 == 0 ? XdpMode.Native : XdpMode.Generic);
                break;
            case StepKind.AttachNetlink when Pick(Xdp(), a) is { } program && Pick(_kernel.Interfaces, b) is { } at:
                _kernel.AttachNetlink(program, at, at.Netlink is null ? mode : at.Mode);
                break;
            case StepKind.Update when Pick(XdpLinks(), a) is { At: not null } link && Pick(Xdp(), b) is { } program:
                _kernel.Update(link, program);
                break;
            case StepKind.Detach when Pick(XdpLinks(), a) is { } link:
                _kernel.Detach(link);
                break;
            case StepKind.DetachNetlink when Pick(_kernel.Interfaces.Where(i => i.Netlink is not null), a) is { } at:
                _kernel.DetachNetlink(at);
                break;
            case StepKind.Close when Pick(_kernel.Processes.Where(p => p.Held.Count > 0), a) is { } by:
                _kernel.Close(by, b % by.Held.Count);
                break;
            case StepKind.HandOver when Pick(_kernel.Processes.Where(p => p.Held.Count > 0), a) is { } by && Pick(_kernel.Processes, b) is { } to:
                to.Held.Add(by.Held[c % by.Held.Count]);
                break;
            case StepKind.NewProcess:
                _kernel.AddProcess();
                break;
            case StepKind.Kill when _kernel.Processes.Count > 1:
                _kernel.Kill(_kernel.Processes[1 + (a % (_kernel.Processes.Count - 1))]);
                break;
            case StepKind.Pin when Pick(_kernel.Processes.SelectMany(p => p.Held), a) is { } held:
                _kernel.Pin(held, $"/sys/fs/bpf/{b % 5}");
                break;
            case StepKind.Unpin when Pick(_kernel.Pins, a) is { } pin:
                _kernel.Pins.Remove(pin);
                break;
            case StepKind.OverMount when Pick(_kernel.Pins, a) is { } pin:
                pin.Hidden = !pin.Hidden && _kernel.Pins.Contains(pin);
                break;
            case StepKind.RenamePin when Pick(_kernel.Pins, a) is { } pin:
                pin.Path = $"/sys/fs/bpf/renamed{pin.Inode}";
                break;
            case StepKind.AddMap when Pick(_kernel.Processes, a) is { } by:
                _kernel.AddMap(by, MapTypes[b % 4]);
                break;
            case StepKind.SetElement when Pick(_kernel.Maps.Where(m => m.Type != "hash"), a) is { } map && Pick(Xdp(), b) is { } program:
                map.Elements[(uint)c % 3] = program;
                break;
            case StepKind.DeleteElement when Pick(_kernel.Maps.Where(m => m.Elements.Count > 0), a) is { } map:
                map.Elements.Remove(map.Elements.Keys.First());
                break;
            case StepKind.BindMap when Pick(Xdp(), a) is { } program && Pick(_kernel.Maps.Where(m => !program.Maps.Contains(m)), b) is { } map:
                program.Maps.Add(map);
                break;
            case StepKind.ReuseIds:
                _kernel.NextProgram = 1;
                _kernel.NextLink = a % 2 == 0 && _hearing is null ? 1 : _kernel.NextLink;
                break;
            case StepKind.SetClock:
                _kernel.ClockSet += TimeSpan.FromMinutes((a - 60) * 7);
                break;
            case StepKind.Reboot:
                _waiting.Clear();
                _hearing?.Forget();
                _kernel = Boot(_kernel.BootNumber + 1, _kernel.Now + TimeSpan.FromSeconds(a));
                break;
            case StepKind.Operation:
                Operate(step);
                break;
            default:
                ActOnPlaces(step);
                break;
        }
    }

    private void ActOnPlaces(Step step)
    {
        var (a, b, c) = (step.A, step.B, step.C);
        switch (step.Kind)
        {
            case StepKind.AddInterface when Pick(_kernel.Namespaces, a) is { } netns:
                Add(netns, $"veth{b % 4}", null);
                break;
            case StepKind.DeleteInterface when Pick(_kernel.Interfaces, a) is { } gone:
                _kernel.Delete(gone);
                break;
            case StepKind.Recreate when Pick(_kernel.Interfaces, a) is { } old:
                _kernel.Delete(old);
                Add(old.Netns, old.Name, c % 2 == 0 ? old.Index : null);
                break;
            case StepKind.Rename when Pick(_kernel.Interfaces, a) is { } renamed && _kernel.Interfaces.All(i => i.Netns != renamed.Netns || i.Name != $"new{b % 3}"):
                renamed.Name = $"new{b % 3}";
                break;
            case StepKind.Move when Pick(_kernel.Interfaces, a) is { } moved && Pick(_kernel.Namespaces, b) is { } to:
                _kernel.Move(moved, to, c % 2 == 0);
                break;
            case StepKind.AddNetns when _kernel.Namespaces.Count < 5:
                _kernel.AddInterface(_kernel.AddNetns(), "eth0");
                break;
            case StepKind.DeleteNetns when Pick(_kernel.Namespaces.Where(n => n != _kernel.Own), a) is { } gone:
                _kernel.Delete(gone);
                break;
            default:
                break;
        }
    }

    private void Add(ModelNetns netns, string name, uint? index)
    {
        if (_kernel.Interfaces.All(i => i.Netns != netns || (i.Name != name && i.Index != index)))
        {
            _kernel.AddInterface(netns, name, index);
        }
    }

    private IEnumerable<ModelProgram> Xdp() => _kernel.Programs.Where(p => p.Type == "xdp");

    private IEnumerable<ModelLink> XdpLinks() => _kernel.Links.Where(l => l.Type == "xdp");

    private static T? Pick<T>(IEnumerable<T> all, int number)
        where T : class
    {
        var list = all.ToList();
        return list.Count == 0 ? null : list[number % list.Count];
    }
}
