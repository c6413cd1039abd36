using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.LeakRules.Tests;

/// <summary>A leak on the real kernel as an auditor would know it: ids, states and attachments asked of bpftool, ip and /proc, the history from the scenario.</summary>
internal static class KernelView
{
    internal static HostView Of(Leak leak, int auditorPid = 99, bool namespacesNamed = true)
    {
        var links = leak.Links.Select(id => Link(leak, id, auditorPid)).ToList();
        var attachments = leak.Interfaces.SelectMany(at => Attachments(leak, at.Netns, at.Interface, links, namespacesNamed)).ToList();
        object[] objects =
        [
            .. links,
            .. attachments,
            .. leak.Programs.Select(id => Program(leak, id, links, attachments, auditorPid)),
            .. leak.Maps.Select(id => Map(leak, id, auditorPid)),
        ];
        return A.View(objects) with { At = DateTimeOffset.UtcNow };
    }

    private static ProgramView Program(Leak leak, uint id, List<LinkView> links, List<AttachmentView> attachments, int auditorPid)
    {
        var shown = Show("prog", id);
        var places = attachments.Where(attachment => attachment.ProgramId.Value == id).ToList();
        var was = leak.Was.Where(was => was.Program == id && !places.Any(at => at.NetnsName == was.Netns && at.IfName == was.Interface)).ToList();
        IEnumerable<HolderView> holders =
        [
            .. links.Where(link => link.ProgramId.Value == id).Select(A.Held),
            .. places.Where(at => at.By == "netlink").Select(at => A.Netlink(at.IfName)),
            .. leak.Elements.Where(element => element.Program == id).Select(element => A.Element(element.Map, element.Index, element.MapType)),
        ];
        return A.Program(id, [.. Held(leak, "prog", id, auditorPid), .. holders]) with
        {
            Name = shown.GetProperty("name").GetString()!,
            Type = shown.GetProperty("type").GetString()!,
            Tag = new(shown.GetProperty("tag").GetString()!),
            LoadedAt = DateTimeOffset.UtcNow.AddSeconds((double)id - leak.Programs.Max() - 60),
            State = places.Count > 0 ? ProgramStates.Attached : ProgramStates.Retained,
            UnattachedSince = places.Count > 0 ? null : DateTimeOffset.UtcNow.AddSeconds(-40),
            Attachments = [.. places.Select(at => new ProgramAttachment { LinkId = at.LinkId, Netns = at.Netns, NetnsName = at.NetnsName, IfIndex = at.IfIndex, IfName = at.IfName, Mode = at.Mode, Since = at.Since })],
            FormerAttachments = [.. was.Select(former => new FormerAttachment { AttachPoint = A.Point(9, Cookie(former.Netns)), IfName = former.Interface, Mode = XdpMode.Native, Until = DateTimeOffset.UtcNow.AddSeconds(-40), Why = former.Why })],
        };
    }

    private static LinkView Link(Leak leak, uint id, int auditorPid)
    {
        var shown = Show("link", id);
        var link = A.Link(id, shown.GetProperty("prog_id").GetUInt32(), [.. Held(leak, "link", id, auditorPid)]) with { AttachPoint = null, IfName = "va" };
        return leak.Defunct.Contains(id) ? link.Defunct() : link;
    }

    private static MapView Map(Leak leak, uint id, int auditorPid)
    {
        var shown = Show("map", id);
        return A.Map(id, shown.GetProperty("type").GetString()!, [.. Held(leak, "map", id, auditorPid)]) with
        {
            Name = shown.GetProperty("name").GetString()!,
            Keeps = [.. leak.Elements.Where(element => element.Map == id).Select(element => new KernelProgramId(element.Program))],
        };
    }

    private static IEnumerable<AttachmentView> Attachments(Leak leak, string netns, string name, List<LinkView> links, bool named)
    {
        // Not as JSON: ip writes a hostile name into it as it is, and then it is none.
        var shown = Shell.Run("ip", "-n", netns, "link", "show", "dev", name);
        if (Regex.Match(shown, "prog/xdp id ([0-9]+) ") is not { Success: true } xdp)
        {
            yield break;
        }

        var ifIndex = uint.Parse(shown[..shown.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        var program = uint.Parse(xdp.Groups[1].Value, CultureInfo.InvariantCulture);
        var link = links.FirstOrDefault(link => link.State == LinkStates.Attached && link.ProgramId.Value == program);
        yield return A.Attachment(program, name, ifIndex, link?.Id.Value) with
        {
            AttachPoint = A.Point(ifIndex, Cookie(netns)),
            Netns = Cookie(netns),
            OwnNetns = false,
            NetnsName = named ? netns : null,
            NetnsPath = $"/run/netns/{netns}",
            Mode = shown.Contains(" xdpgeneric ", StringComparison.Ordinal) ? XdpMode.Generic : XdpMode.Native,
            Since = DateTimeOffset.UtcNow.AddSeconds(-50),
            Replaced = leak.Replaced is { } old && old.Program != program ? A.Replaced(old.Program, old.Name) : null,
        };
    }

    private static IEnumerable<HolderView> Held(Leak leak, string kind, uint id, int auditorPid)
    {
        foreach (var pin in leak.Pins.Where(pin => pin.Kind == kind && pin.Id == id))
        {
            yield return A.Pin(pin.Path, pin.ReachedBy, pin.Hidden);
        }

        foreach (var pid in leak.Keepers.Select(keeper => keeper.Pid))
        {
            foreach (var file in Directory.GetFiles($"/proc/{pid}/fdinfo"))
            {
                var lines = File.ReadAllLines(file).Select(line => line.Split('\t', ' ', ':')).Where(words => words[0] is "link_id" or "prog_id" or "map_id").ToList();

                // The fdinfo of a link names its program as well: the link is what the descriptor holds.
                var own = lines.Find(words => words[0] == "link_id") ?? lines.FirstOrDefault();
                if (own is not null && own[0] == $"{kind}_id" && own[^1] == id.ToString(CultureInfo.InvariantCulture))
                {
                    var stat = File.ReadAllText($"/proc/{pid}/stat");
                    var start = ulong.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
                    yield return A.Fd(pid, File.ReadAllText($"/proc/{pid}/comm").Trim(), int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture), start) with { Auditor = pid == auditorPid };
                }
            }
        }
    }

    /// <summary>A number that is the namespace's own in the test; the rules only compare cookies.</summary>
    private static NetnsCookie Cookie(string netns) => new((ulong)string.GetHashCode(netns, StringComparison.Ordinal) & 0xffffffff);

    private static JsonElement Show(string kind, uint id)
    {
        using var shown = JsonDocument.Parse(Shell.Run("bpftool", "-j", kind, "show", "id", id.ToString(CultureInfo.InvariantCulture)));
        return shown.RootElement.Clone();
    }
}
