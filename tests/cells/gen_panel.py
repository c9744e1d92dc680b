#!/usr/bin/env python3
"""Synthetic consumer card panel with planted, known effects (numpy + pyarrow only).

python gen_panel.py --out DIR [--truth FILE] --consumers 20000 --start 2019-01 --end 2024-06 --scale 6 --seed 1 [--no-visits] [--effects on|off]
Writes   DIR/consumers.parquet                        consumer_id + demographics + joined/left month
         DIR/activity/month=YYYY-MM/part-0.parquet    consumer_id of every panel member that was active that month (the denominator)
         DIR/transactions/month=YYYY-MM/part-0.parquet transaction_id, consumer_id, date, category, quantity, amount
         DIR/visits/month=YYYY-MM/part-0.parquet      consumer_id, category, visits  (conversion = orders / visits)
         FILE (default DIR/truth.json)                everything planted; keep it out of the folder that is analysed
Model: orders of consumer i in category c, month t ~ Poisson(scale * base_c * a_i * static_c(demographics_i) * trend_c * season_c * calendar
       * pandemic_c * shock_ct * planted_ict); amount ~ lognormal with mean price_c * income effect * inflation. a_i ~ gamma(1.5).
       Activity of i in month t ~ Bernoulli(p_t(segment)).  In the target month (the last one): rate effects, one broad effect,
       one volume-neutral price effect, one conversion-only effect (orders fall, visits do not), one participation (mix) shift
       that makes one leaning category a purely structural mover.  Decoys: seasonal giants, an old level shift,
       a very noisy category, a tiny category, strong static demographics unrelated to the change, panel growth.
"""
import argparse, json, os, time, calendar, hashlib
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, datetime as dt
CATS = ["Apps & Games","Appliances","Arts, Crafts & Sewing","Automotive","Baby","Beauty & Personal Care","Books","CDs & Vinyl","Cell Phones & Accessories",
"Clothing, Shoes & Jewelry","Collectibles & Fine Art","Computers","Digital Music","Electronics","Garden & Outdoor","Gift Cards","Grocery & Gourmet Food","Handmade",
"Health & Household","Home & Business Services","Home & Kitchen","Industrial & Scientific","Kindle Store","Luggage & Travel Gear","Magazine Subscriptions",
"Movies & TV","Musical Instruments","Office Products","Pet Supplies","Sports & Outdoors","Tools & Home Improvement","Toys & Games","Video Games"]
assert len(CATS) == 33
# marginals: age, income, education, gender, household size follow the 5,027 respondents of Open e-commerce 1.0 (rounded); region = US census shares
DEMO = {
 "age_band":   (["18-24","25-34","35-44","45-54","55-64","65+"],[.15,.34,.24,.14,.08,.05]),
 "gender":     (["Female","Male","Other"],[.52,.46,.02]),
 "income_band":(["<25K","25-50K","50-75K","75-100K","100-150K","150K+"],[.14,.24,.21,.15,.16,.10]),
 "region":     (["Northeast","Midwest","South","West"],[.17,.21,.38,.24]),
 "household_size":(["1","2","3","4+"],[.24,.32,.19,.25]),
 "education":  (["High school or less","Some college","Bachelor","Graduate"],[.24,.17,.42,.17]),
 "children":   (["0","1","2+"],[.58,.20,.22]),
 "home":       (["Own","Rent","Other"],[.55,.40,.05]),
 "urbanicity": (["Urban","Suburban","Rural"],[.31,.52,.17]),
 "prime":      (["Yes","No"],[.68,.32]),
}
def month_range(a,b):
    y,m=map(int,a.split("-")); Y,M=map(int,b.split("-")); out=[]
    while (y,m)<=(Y,M): out.append((y,m)); y,m=(y+(m==12)),(m%12+1)
    return out
def day_weights(y,m):
    n=calendar.monthrange(y,m)[1]; w=np.array([1.0+0.18*(dt.date(y,m,d).weekday()>=5)-0.05*(dt.date(y,m,d).weekday()==4) for d in range(1,n+1)])
    if m==11:                                     # Black Friday + Cyber Monday
        th=[d for d in range(1,n+1) if dt.date(y,m,d).weekday()==3][3]
        for d,k in ((th+1,2.6),(th+4,2.9)):
            if d<=n: w[d-1]*=k
    if m==12: w[:18]*=1.35; w[24]*=.5
    pm={2019:7,2020:10}.get(y,7)                  # Prime Day moved to October in 2020
    if m==pm: w[[14,15]]*=3.0
    return w
def main():
    ap=argparse.ArgumentParser(); ap.add_argument("--out",required=True); ap.add_argument("--truth"); ap.add_argument("--consumers",type=int,default=20000)
    ap.add_argument("--start",default="2019-01"); ap.add_argument("--end",default="2024-06"); ap.add_argument("--scale",type=float,default=6.0,help="mean orders per active consumer-month")
    ap.add_argument("--seed",type=int,default=1); ap.add_argument("--no-visits",action="store_true"); ap.add_argument("--effects",choices=["on","off"],default="on")
    a=ap.parse_args(); t00=time.time(); rng=np.random.default_rng(a.seed); N=a.consumers; C=len(CATS); months=month_range(a.start,a.end); T=len(months); L=T-1
    os.makedirs(a.out,exist_ok=True)
    # ---- consumers
    D={}; u={}
    for k,(lv,p) in DEMO.items(): D[k]=rng.choice(len(lv),N,p=np.array(p)/sum(p))
    # mild realistic dependence: age -> income, children, home
    hi=(D["age_band"]>=2)&(D["age_band"]<=4); up=hi&(rng.random(N)<.25); D["income_band"][up]=np.minimum(D["income_band"][up]+1,5)
    D["children"][(D["age_band"]==0)|(D["age_band"]==5)]*=(rng.random(((D["age_band"]==0)|(D["age_band"]==5)).sum())<.25)
    act=rng.gamma(1.5,1/1.5,N)
    joined=np.where(rng.random(N)<.62,0,rng.integers(1,max(2,T-2),N)); left=np.where(rng.random(N)<.12,joined+rng.geometric(1/30,N),T+99)
    inc_amt=np.array([.86,.93,1.0,1.06,1.14,1.28])[D["income_band"]]
    # ---- static demographic multipliers per category (decoys: strong, constant over time)
    attrs=list(DEMO); static=np.ones((C,N),np.float32); smult={}
    for c in range(C):
        strong=rng.choice(len(attrs))
        for j,k in enumerate(attrs):
            sd=.45 if j==strong else (.10 if rng.random()<.6 else .2)
            m=np.exp(rng.normal(0,sd,len(DEMO[k][0]))); smult[(c,k)]=m; static[c]*=m[D[k]].astype(np.float32)
        static[c]/=static[c].mean()
    # ---- category level
    base=np.sort(rng.pareto(1.3,C)+.25)[::-1].copy(); rng.shuffle(base); 
    tiny=CATS.index("Magazine Subscriptions"); base[tiny]=base.min()*.35
    base/=base.sum(); price=np.exp(rng.normal(3.1,.55,C)); sig=rng.uniform(.5,.95,C)
    trend=rng.normal(.0025,.004,C); amp=np.abs(rng.normal(.10,.06,C)); ph=rng.uniform(0,12,C); noise=rng.uniform(.008,.022,C)
    noisy=CATS.index("Collectibles & Fine Art"); noise[noisy]=.14
    dec=np.clip(rng.normal(.25,.2,C),-.1,.8); dec[CATS.index("Toys & Games")]=1.3; dec[CATS.index("Gift Cards")]=1.6; dec[CATS.index("Video Games")]=.9
    nov=np.clip(rng.normal(.15,.1,C),0,.5); summer=np.zeros(C); summer[CATS.index("Garden & Outdoor")]=.8; summer[CATS.index("Sports & Outdoors")]=.35; summer[CATS.index("Luggage & Travel Gear")]=.5
    pan_jump=rng.normal(.22,.18,C); pan_jump[CATS.index("Luggage & Travel Gear")]=-.72; pan_jump[CATS.index("Office Products")]=.6; pan_jump[CATS.index("Health & Household")]=.75
    pan_keep=np.clip(rng.normal(.35,.2,C),0,.8)
    oldshift=CATS.index("Pet Supplies")
    # ---- planted effects in the target month
    ix={c:i for i,c in enumerate(CATS)}; lev=lambda k,*v: np.isin(D[k],[DEMO[k][0].index(x) for x in v])
    eff=[]; er=np.random.default_rng(a.seed+777); on=a.effects=="on"
    pool=[c for c in CATS if c not in("Magazine Subscriptions","Collectibles & Fine Art","Pet Supplies","Toys & Games","Gift Cards") and base[ix[c]]>np.quantile(base,.35)]
    pick=list(er.permutation(pool)[:8])
    drv=[("age_band",("25-34","35-44")),("income_band",("100-150K","150K+")),("region",("West",)),("children",("2+",)),("urbanicity",("Rural",)),("household_size",("1",))]
    er.shuffle(drv)
    for n,(c,mult) in enumerate(zip(pick[:4],(2.1,1.7,.40,1.5))):
        eff.append(dict(category=c,kind="rate",attr=drv[n][0],levels=list(drv[n][1]),multiplier=mult))
    eff.append(dict(category=pick[4],kind="broad",multiplier=1.28)); eff.append(dict(category=pick[5],kind="price",multiplier=1.22)); eff.append(dict(category=pick[6],kind="conversion",multiplier=.78))
    mixa=[d for d in drv if d[0] not in {x.get("attr") for x in eff}][0]; eff.append(dict(category="*",kind="mix",attr=mixa[0],levels=list(mixa[1]),multiplier=.5))
    mm=pick[7]; static[ix[mm]][lev(mixa[0],*mixa[1])]*=3.5; static[ix[mm]]/=static[ix[mm]].mean()   # a category that leans on the shifting segment: pure structural mover
    eff[-1]["structural_mover"]=mm
    if not on: eff=[]
    S=np.zeros((C,T)); e=np.zeros(C)
    for t,(y,m) in enumerate(months):
        e=.45*e+rng.normal(0,1,C)*noise; cal=day_weights(y,m).sum()/30.6
        s=1+amp*np.cos(2*np.pi*(m-ph)/12)+dec*(m==12)+nov*(m==11)+summer*(m in(5,6,7))
        k=(y-2020)*12+(m-4)                                  # months since April 2020
        p=np.ones(C) if (y,m)<(2020,3) else 1+pan_jump*(.4 if (y,m)==(2020,3) else (1-pan_keep)*np.exp(-k/9)+pan_keep)
        ls=np.where((np.arange(C)==oldshift)&(t>=L-14),1.3,1.0)   # decoy: a level shift 14 months ago, not news
        S[:,t]=np.exp(trend*t)*s*p*np.exp(e)*cal*ls
    infl=np.array([1.002**min(t,24)*1.0045**max(0,t-24) for t in range(T)])
    def order_mult(c,planted=True):
        m=np.ones(N)
        if planted:
            for x in eff:
                if x["category"]==CATS[c]:
                    if x["kind"]=="rate": m[lev(x["attr"],*x["levels"])]*=x["multiplier"]
                    elif x["kind"] in("broad","conversion"): m*=x["multiplier"]
        return m
    def price_mult(c,planted=True): return np.prod([x["multiplier"] for x in eff if planted and x["category"]==CATS[c] and x["kind"]=="price"]) if eff else 1.0
    drift=.06*np.sin(D["age_band"]*1.3)                       # slow composition drift
    def p_active(t,planted=True):
        p=.88*(1-.03*np.cos(2*np.pi*months[t][1]/12))+drift*(t/max(1,T)-.5)*.6
        if planted and t==L:
            for x in eff:
                if x["kind"]=="mix": p=np.where(lev(x["attr"],*x["levels"]),p*x["multiplier"],np.minimum(p*1.03,.995))
        return np.where((joined<=t)&(left>t),np.clip(p,.02,.995),0.0)
    # ---- emit
    cats=pa.array(CATS); tid=0; rows=0; vrows=0; spend_real=np.zeros((C,T)); ord_real=np.zeros((C,T),np.int64); vis_real=np.zeros((C,T),np.int64); nact=np.zeros(T,np.int64); h=hashlib.sha256()
    vis_ratio=rng.uniform(4,14,C)
    for t,(y,m) in enumerate(months):
        active=rng.random(N)<p_active(t); ids=np.flatnonzero(active); nact[t]=len(ids); mon=f"{y}-{m:02d}"
        w=day_weights(y,m); cw=np.cumsum(w)/w.sum(); d0=(dt.date(y,m,1)-dt.date(1970,1,1)).days
        ca=[];ci=[];am=[]; vi=[];vc=[];vn=[]
        for c in range(C):
            lam=static[c,ids]*act[ids]*(a.scale*base[c]*S[c,t])
            lv=lam.copy()                                     # visits follow the un-planted intensity for a conversion effect
            if t==L: lam=lam*order_mult(c)[ids]; lv=lv*(np.ones(len(ids)) if any(x["kind"]=="conversion" and x["category"]==CATS[c] for x in eff) else order_mult(c)[ids])
            cs=np.cumsum(lam,dtype=np.float64); n=rng.poisson(cs[-1]); who=ids[np.minimum(np.searchsorted(cs,rng.random(n)*cs[-1],side="right"),len(ids)-1)]
            mu=np.log(price[c]*infl[t]*(price_mult(c) if t==L else 1.0))-sig[c]**2/2
            amt=np.round(np.exp(rng.normal(mu,sig[c],n))*inc_amt[who],2); amt=np.maximum(amt,.5)
            ca.append(np.full(n,c,np.int8)); ci.append(who); am.append(amt); spend_real[c,t]=amt.sum(); ord_real[c,t]=n
            if not a.no_visits:
                nv=rng.poisson(cs[-1]*0+lv.sum()*(vis_ratio[c]-1))+0; cv=np.cumsum(lv,dtype=np.float64)
                wv=ids[np.minimum(np.searchsorted(cv,rng.random(nv)*cv[-1],side="right"),len(ids)-1)]
                cnt=np.bincount(np.concatenate([wv,who]),minlength=N); nz=np.flatnonzero(cnt); vi.append(nz); vc.append(np.full(len(nz),c,np.int8)); vn.append(cnt[nz]); vis_real[c,t]=cnt.sum()
        ci=np.concatenate(ci);ca=np.concatenate(ca);am=np.concatenate(am); n=len(ci); day=np.searchsorted(cw,rng.random(n),side="right").clip(max=len(w)-1); o=np.lexsort((ci,day))
        q=1+rng.poisson(.25,n)
        tb=pa.table({"transaction_id":pa.array(np.arange(tid,tid+n),pa.int64()),"consumer_id":pa.array(ci[o].astype(np.int32)),"date":pa.array((d0+day[o]).astype(np.int32)).cast(pa.date32()),
          "category":pa.DictionaryArray.from_arrays(pa.array(ca[o]),cats),"quantity":pa.array(q.astype(np.int16)),"amount":pa.array(am[o])})
        def wr(sub,tb):
            p=f"{a.out}/{sub}/month={mon}"; os.makedirs(p,exist_ok=True); pq.write_table(tb,p+"/part-0.parquet",compression="zstd")
        wr("transactions",tb); tid+=n; rows+=n; h.update(am[o].tobytes()[:4096])
        wr("activity",pa.table({"consumer_id":pa.array(ids.astype(np.int32))}))
        if not a.no_visits: wr("visits",pa.table({"consumer_id":pa.array(np.concatenate(vi).astype(np.int32)),"category":pa.DictionaryArray.from_arrays(pa.array(np.concatenate(vc)),cats),"visits":pa.array(np.concatenate(vn).astype(np.int32))})); vrows+=sum(map(len,vi))
    ms=[f"{y}-{m:02d}" for y,m in months]
    pq.write_table(pa.table({"consumer_id":pa.array(np.arange(N,dtype=np.int32)),**{k:pa.DictionaryArray.from_arrays(pa.array(D[k].astype(np.int8)),pa.array(DEMO[k][0])) for k in attrs},
      "joined":pa.array([ms[j] for j in joined]),"left":pa.array([ms[x] if x<T else None for x in left])}),a.out+"/consumers.parquet",compression="zstd")
    # ---- truth (expectations, no sampling noise)
    pw,po=p_active(L),p_active(L,False); mv=[]
    def expect(c,t,planted=True,what="spend"):
        lam=static[c]*act*(a.scale*base[c]*S[c,t]); 
        if t==L: lam=lam*order_mult(c,planted)
        return lam*(price[c]*infl[t]*(price_mult(c,planted) if t==L else 1.0)*inc_amt if what=="spend" else 1.0)
    for c in range(C):
        r1,r0=expect(c,L),expect(c,L,False); ew,eo=(pw*r1).sum(),(po*r0).sum(); x=[z for z in eff if z["category"]==CATS[c] or z.get("structural_mover")==CATS[c]]
        per1,per0=ew/pw.sum(),eo/po.sum(); poiss=np.sqrt((pw*expect(c,L,True,"n")).sum()); rel=np.hypot(noise[c],1/max(poiss,1)*np.sqrt(np.exp(sig[c]**2)))
        mv.append(dict(category=CATS[c],planted=[z["kind"] for z in x],expected_total=ew,counterfactual_total=eo,dev_total_pct=100*(ew/eo-1),dev_per_active_pct=100*(per1/per0-1),sd_pct=100*rel,z_per_active=(per1/per0-1)/rel,realised_total=float(spend_real[c,L]),realised_orders=int(ord_real[c,L])))
    def kit(c,dims,t0):
        key=np.zeros(N,np.int64)
        for k in dims: key=key*len(DEMO[k][0])+D[k]
        K=int(np.prod([len(DEMO[k][0]) for k in dims])); p0=p_active(t0); p1=pw; r0=expect(c,t0); r1=expect(c,L)
        b=lambda v: np.bincount(key,weights=v,minlength=K); n0,n1=b(p0),b(p1); w0,w1=n0/n0.sum(),n1/n1.sum()
        R0=np.divide(b(p0*r0),n0,out=np.zeros(K),where=n0>0); R1=np.divide(b(p1*r1),n1,out=np.zeros(K),where=n1>0); st=(w1-w0)*(R1+R0)/2; bh=(R1-R0)*(w1+w0)/2
        names=[]; 
        for i in range(K):
            z=i; nm=[]
            for k in dims[::-1]: nm.append(DEMO[k][0][z%len(DEMO[k][0])]); z//=len(DEMO[k][0])
            names.append(" | ".join(nm[::-1]))
        return dict(dims=dims,period0=ms[t0],period1=ms[L],mean0=float((w0*R0).sum()),mean1=float((w1*R1).sum()),structural=float(st.sum()),behavioural=float(bh.sum()),
           segments=[dict(segment=names[i],share0=w0[i],share1=w1[i],rate0=R0[i],rate1=R1[i],structural=st[i],behavioural=bh[i]) for i in range(K)])
    decs=[]
    for x in eff:
        if x["kind"]=="rate":
            dims=[x["attr"]]+([mixa[0]] if mixa[0]!=x["attr"] else [])
            for t0 in ([L-1,L-12] if L>=12 else [L-1]): decs.append(dict(category=x["category"],**kit(ix[x["category"]],dims,t0)))
        elif x["kind"]=="mix":
            for t0 in ([L-1,L-12] if L>=12 else [L-1]): decs.append(dict(category=x["structural_mover"],**kit(ix[x["structural_mover"]],[x["attr"]],t0)))
    order=sorted(mv,key=lambda r:-abs(r["z_per_active"]))
    truth=dict(generator="gen_panel.py",args={k:v for k,v in vars(a).items() if k not in("out","truth")},months=[ms[0],ms[L]],target_month=ms[L],rows=dict(transactions=rows,visits=vrows,activity=int(nact.sum())),effects=eff,
      decoys=dict(old_level_shift=CATS[oldshift],noisy=CATS[noisy],tiny=CATS[tiny],strong_december=["Toys & Games","Gift Cards","Video Games"]),
      movers_by_true_z=[r["category"] for r in order if r["planted"]],movers_by_true_pct=[r["category"] for r in sorted(mv,key=lambda r:-abs(r["dev_per_active_pct"])) if r["planted"]],
      scoring=dict(precision_at_k="share of the first k ranked categories that are in movers (rate, broad, price; for metric=conversion: the conversion one); the mix effect hits all categories a little",
        driver="rank of effects[].attr in the factor ranking of that category, target month against the month before or the year before",decomposition="compare structural/behavioural with decomposition[].structural/behavioural (expectation; sampling noise about sd_pct)"),
      categories=mv,decomposition=decs,active_consumers=dict(zip(ms,nact.tolist())),monthly_spend={CATS[c]:dict(zip(ms,np.round(spend_real[c],2).tolist())) for c in range(C)},
      monthly_orders={CATS[c]:dict(zip(ms,ord_real[c].tolist())) for c in range(C)},monthly_visits={} if a.no_visits else {CATS[c]:dict(zip(ms,vis_real[c].tolist())) for c in range(C)},
      sample_hash=h.hexdigest())
    json.dump(truth,open(a.truth or a.out+"/truth.json","w"),indent=1,default=float)
    print(json.dumps(dict(rows=truth["rows"],seconds=round(time.time()-t00,1),effects=eff),default=float))
if __name__=="__main__": main()
