"""运营: counts over the whole firm, never persons, and the proof that the audit log is whole."""

from collections.abc import Iterator
from dataclasses import dataclass

import gradio as gr

from api.schemas.operations import ChainReportView, OverviewView
from ui.pages import operations_allocations, operations_demand
from ui.panels import Caller, Kit, Update, Wiring, frame, panel

_EVENTS = {
    "login": "登录",
    "login_failed": "登录失败",
    "library:version_published": "发布文件版本",
    "question:added": "常见问法：添加",
    "question:proposed": "常见问法：提出",
    "question:confirmed": "常见问法：确认",
    "question:learned": "常见问法：学到",
    "question:removed": "常见问法：移除",
    "question:carried": "常见问法：随条号变动",
    "script:approved": "话术：批准",
    "script:revoked": "话术：撤销",
    "customers:loaded": "载入客户",
    "customers:import_begun": "导入客户：开始",
    "customers:imported": "导入客户：完成",
    "customers:viewed": "查看客户",
    "customers:action_decided": "处理今日待办",
    "chat:question_answered": "问答：已回答",
    "chat:question_refused": "问答：拒答或转人工",
    "allocation:set": "参考配置：录入",
    "allocation:withdrawn": "参考配置：撤回",
    "insistence:begun": "坚持购买：客户提出",
    "insistence:tell_unsuitable": "坚持购买：告知不适合",
    "insistence:warn_in_writing": "坚持购买：书面警示",
    "insistence:give_time": "坚持购买：开始考虑期",
    "insistence:confirm": "坚持购买：客户坚持",
    "insistence:permit": "坚持购买：同意办理",
    "insistence:refuse": "坚持购买：不予办理",
    "insistence:withdraw": "坚持购买：客户放弃",
    "insistence:void": "坚持购买：终止",
    "account:added": "新增账号",
    "library:version_superseded": "文件版本：被取代",
    "library:version_withdrawn": "文件版本：撤回",
    "library:version_repealed": "文件版本：废止",
    "library:version_reopened": "文件版本：恢复",
    "library:version_annotated": "文件版本：更正说明",
    "library:ranker_trained": "检索排序：训练",
    "demand:trained": "需求模型：训练",
    "customers:scored": "需求与分群：计算",
    "plan:requested": "一人一策：申请",
    "plan:drafted": "一人一策：生成",
    "plan:failed": "一人一策：失败",
    "batch:requested": "批量生成：开始",
    "batch:paused": "批量生成：暂停",
    "batch:resumed": "批量生成：继续",
    "batch:cancelled": "批量生成：取消",
    "batch:finished": "批量生成：完成",
    "inquiry:asked": "客户提问",
    "review:open": "审核：建档",
    "review:edit": "审核：修改",
    "review:submit": "审核：提交",
    "review:withdraw": "审核：撤回",
    "review:discard": "审核：废弃",
    "review:approve": "审核：批准",
    "review:return": "审核：退回",
    "review:reject": "审核：否决",
    "review:void": "审核：作废",
    "review:deliver": "审核：送达",
    "dispatch:queued": "发送：排队",
    "dispatch:delivered": "发送：送达",
    "dispatch:refused": "发送：拦截",
    "message:read": "客户已读",
    "evidence:exported": "导出证据",
    "case:exported": "导出文件",
}


@dataclass(frozen=True, slots=True)
class OperationsState:
    """What one open operations page knows."""

    report: ChainReportView | None = None


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(OperationsState())
    main = panel("yc-operations", classes="yc-main", busy=True)
    allocations = panel("yc-allocations", classes="yc-main")
    demand = panel("yc-demand", classes="yc-main")
    view = _View(state, main, allocations, demand)
    outputs = [state, main, allocations, demand]
    wiring = Wiring(kit=kit, page=pages, path="/operations", frame=parts, state=state, outputs=outputs)
    wiring.load(view.open)
    wiring.act(main, allocations, demand, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    state: gr.State
    main: gr.HTML
    allocations: gr.HTML
    demand: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        yield self._shown(caller, OperationsState())
        yield {self.allocations: operations_allocations.allocations_html(caller)}
        yield {self.demand: operations_demand.demand_html(caller, caller.client.model_card())}

    def act(self, caller: Caller, state: OperationsState) -> Iterator[Update]:
        match caller.text("act"):
            case "refresh":
                yield self._shown(caller, state)
            case "verify":
                yield self._shown(caller, OperationsState(caller.client.verify_audit()))
            case "allocation-save":
                operations_allocations.saved(caller)
                yield {self.allocations: operations_allocations.allocations_html(caller)}
            case "allocation-withdraw":
                caller.client.withdraw_allocation(caller.text("day"))
                yield {self.allocations: operations_allocations.allocations_html(caller)}
            case "drift":
                card, drift = caller.client.model_card(), caller.client.model_drift()
                yield {self.demand: operations_demand.demand_html(caller, card, drift)}

    def _shown(self, caller: Caller, state: OperationsState) -> Update:
        return {self.state: state, self.main: overview_html(caller, caller.client.overview(), state.report)}


def overview_html(caller: Caller, overview: OverviewView, report: ChainReportView | None) -> str:
    """The counts, and the chain's report where it was asked for."""
    events = [(_EVENTS.get(item.event.value, item.event.value), item.count) for item in overview.events]
    return caller.render("operations/overview", overview=overview, events=events, report=report)
